import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import { seal, unseal } from "#shared/kernel/sealed.ts";

export interface InstancesContext {
  readonly db: Database;
  readonly secret: string;
}

/** An n8n that workflows run on, with its secrets in the clear: never logged, never answered to anybody. */
export interface InstanceSecrets {
  id: string;
  baseUrl: string;
  apiKey: string | null;
  webhookKey: string;
  signingSecret: string;
}

export interface RegisteredInstance {
  id: string;
  baseUrl: string;
  hasApiKey: boolean;
  concurrency: number;
  webhookTimeoutMs: number;
  breakerState: "closed" | "open" | "half_open";
  breakerFailures: number;
  breakerRetryAt: Date | null;
}

export interface InstanceInput {
  id: string;
  baseUrl: string;
  /** Of n8n's public API; without it a lost run is driven again without a look-up. */
  apiKey: string | null;
  /** What the webhook nodes' header credential demands. */
  webhookKey: string;
  /** `whsec_…` whose decoded bytes are printable ASCII, since n8n's Crypto node takes text. */
  signingSecret: string;
  /** What error-handler presents; kept as a hash. */
  errorKey: string | null;
  concurrency?: number;
  /** How long it may take to answer a webhook. */
  webhookTimeoutMs?: number;
}

const purposeOf = (id: string, what: string): string => `n8n-instance:${id}:${what}`;

export function isPrintableSigningSecret(secret: string): boolean {
  if (!secret.startsWith("whsec_")) return false;
  try {
    const plain = atob(secret.slice("whsec_".length));
    return plain.length >= 24 && plain.length <= 64 && /^[\x20-\x7e]+$/.test(plain);
  } catch {
    return false;
  }
}

/** Registers an n8n or changes it. Operators only: the edge checks the scope. */
export async function putInstance(ctx: InstancesContext, input: InstanceInput): Promise<undefined | Failure> {
  if (!isPrintableSigningSecret(input.signingSecret)) {
    return fail(
      "invalid_request",
      "The signing secret must be whsec_ and the base64 of 24 to 64 printable ASCII characters.",
      [{ pointer: "/signingSecret", detail: "is not whsec_ and base64 of 24 to 64 printable ASCII characters" }],
    );
  }
  const sealFor = (what: string, plain: string) => seal(ctx.secret, purposeOf(input.id, what), plain);
  const apiKey = input.apiKey === null ? null : await sealFor("api-key", input.apiKey);
  const webhookKey = await sealFor("webhook-key", input.webhookKey);
  const signingSecret = await sealFor("signing-secret", input.signingSecret);
  const errorKeyHash = input.errorKey === null ? null : sha256Hex(input.errorKey);
  await ctx.db.query(sql`
    insert into n8n_instances (id, base_url, api_key_encrypted, webhook_key_encrypted, signing_secret_encrypted,
      error_key_hash, concurrency, webhook_timeout_ms)
    values (${input.id}, ${input.baseUrl}, ${apiKey}, ${webhookKey}, ${signingSecret}, ${errorKeyHash},
      ${input.concurrency ?? 8}, ${input.webhookTimeoutMs ?? 30_000})
    on conflict (id) do update set base_url = excluded.base_url, api_key_encrypted = excluded.api_key_encrypted,
      webhook_key_encrypted = excluded.webhook_key_encrypted, signing_secret_encrypted = excluded.signing_secret_encrypted,
      error_key_hash = excluded.error_key_hash,
      concurrency = coalesce(${input.concurrency ?? null}::int, n8n_instances.concurrency),
      webhook_timeout_ms = coalesce(${input.webhookTimeoutMs ?? null}::int, n8n_instances.webhook_timeout_ms)`);
  return undefined;
}

export async function readInstanceSecrets(ctx: InstancesContext, id: string): Promise<InstanceSecrets | undefined> {
  const [row] = await ctx.db.query(
    sql<{
      baseUrl: string;
      apiKeyEncrypted: string | null;
      webhookKeyEncrypted: string;
      signingSecretEncrypted: string;
    }>`select base_url, api_key_encrypted, webhook_key_encrypted, signing_secret_encrypted from n8n_instances where id = ${id}`,
  );
  if (!row) return undefined;
  const open = (what: string, sealed: string) => unseal(ctx.secret, purposeOf(id, what), sealed);
  return {
    id,
    baseUrl: row.baseUrl,
    apiKey: row.apiKeyEncrypted === null ? null : await open("api-key", row.apiKeyEncrypted),
    webhookKey: await open("webhook-key", row.webhookKeyEncrypted),
    signingSecret: await open("signing-secret", row.signingSecretEncrypted),
  };
}

export const listInstances = (db: Database): Promise<RegisteredInstance[]> =>
  db.query(sql<RegisteredInstance>`
    select id, base_url, api_key_encrypted is not null as has_api_key, concurrency, webhook_timeout_ms, breaker_state, breaker_failures,
      breaker_retry_at
    from n8n_instances order by id`);

/** The instance whose error-handler presents this key. */
export async function instanceOfErrorKey(db: Database, key: string): Promise<string | undefined> {
  const [row] = await db.query(
    sql<{ id: string }>`select id from n8n_instances where error_key_hash = ${sha256Hex(key)}`,
  );
  return row?.id;
}
