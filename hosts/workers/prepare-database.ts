import { join } from "node:path";
import pg from "pg";
import { loadManifest } from "#hosts/manifest/load.ts";
import { requireEnv, resolveEnv } from "#hosts/starting/environment.ts";
import { loadHandlers } from "#hosts/starting/handlers.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { ensureFirstAccount, type FirstAccount } from "#shared/accounts/first-run.ts";
import { keepHistory } from "#shared/events/keep-history.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { createInstance } from "#shared/runtime/create-instance.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { ensureDefaultMappings } from "#shared/workflows/default-mappings.ts";
import { putInstance } from "#shared/workflows/instances.ts";

export interface PrepareOptions {
  /** Where `raindrop.manifest`, the handlers and `migrations/` lie. */
  readonly rootDir: string;
  readonly environment: NodeJS.Dict<string>;
  readonly say: (line: string) => void;
}

/**
 * Does for a deployment on Workers what the Node host does when it starts, over PostgreSQL's own protocol: migrations,
 * the observers' subscriptions, partitions. Each step may be repeated.
 * @returns on an empty database only: the first account, whose secrets are kept nowhere
 */
export async function prepareDatabase({ rootDir, environment, say }: PrepareOptions): Promise<FirstAccount | null> {
  const manifest = loadManifest(join(rootDir, "raindrop.manifest"), say);
  const handlers = await loadHandlers(manifest, rootDir);
  const env = requireEnv(manifest, resolveEnv(manifest, environment, {}));
  const client = new pg.Client({ connectionString: env.DATABASE_URL, application_name: "rainwire-prepare" });
  await client.connect();
  try {
    const { applied } = await migrate(client, join(import.meta.dirname, "../../migrations"));
    say(applied.length > 0 ? `applied migrations: ${applied.join(", ")}` : "no new migration");
  } finally {
    await client.end();
  }
  const log = jsonLogger(say, (level) => level === "error");
  const instance = await createInstance(env, { log, usage: { record: () => undefined } });
  try {
    const { database, auth } = instance;
    await keepHistory(database);
    const observers = handlers.flatMap(({ declaration, subscription }) =>
      declaration.kind === "observer" && declaration.source.kind === "queue" && subscription
        ? [{ queue: declaration.source.queue, subscription }]
        : [],
    );
    await registerSubscriptions(database, observers);
    say(`registered the subscriptions of ${observers.length} observers`);
    await registerN8n(instance, environment, say);
    return await ensureFirstAccount({ auth, database });
  } finally {
    await instance.close();
  }
}

/** The n8n that N8N_URL names, under the id that the default mappings go to; others are registered over `ops`. */
async function registerN8n(
  { database, config }: Instance,
  environment: NodeJS.Dict<string>,
  say: (line: string) => void,
): Promise<void> {
  const { N8N_URL: baseUrl, N8N_WEBHOOK_KEY: webhookKey, N8N_SIGNING_SECRET: signingSecret } = environment;
  if (baseUrl === undefined) return;
  if (webhookKey === undefined || signingSecret === undefined) {
    throw new Error("N8N_URL is set: N8N_WEBHOOK_KEY and N8N_SIGNING_SECRET are needed with it.");
  }
  const [apiKey, errorKey] = [environment.N8N_API_KEY ?? null, environment.N8N_ERROR_KEY ?? null];
  const refused = await putInstance(
    { db: database, secret: config.secret },
    { id: "main", baseUrl, apiKey, webhookKey, signingSecret, errorKey },
  );
  if (isFailure(refused)) throw new Error(refused.detail ?? refused.failure);
  await ensureDefaultMappings(database, "main");
  say(`registered n8n at ${baseUrl}`);
}
