import { join } from "node:path";
import { homeFile, N8nHome } from "#hosts/n8n/home.ts";
import { readIfPresent } from "#hosts/n8n/private-file.ts";
import { findRunning } from "#hosts/n8n/running-file.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { ensureDefaultMappings } from "#shared/workflows/default-mappings.ts";
import { type InstanceInput, listInstances, putInstance } from "#shared/workflows/instances.ts";
import type { HostSecrets } from "./secrets.ts";

/** The instance that this host registers by itself: the n8n of the same data directory, or the one that N8N_URL names. */
const INSTANCE_ID = "main";
const DEFAULT_URL = "http://127.0.0.1:5678";
const LOOK_MS = 2_000;

export interface ConnectOptions {
  instance: Instance;
  secrets: HostSecrets;
  dataDir: string;
  environment: NodeJS.Dict<string>;
}

/**
 * Registers the n8n that this host drives and follows it to a new port, so that `npm run n8n` may be started before or
 * after the host. Executions wait until it is there.
 * @returns how to stop following
 */
export async function connectN8n(options: ConnectOptions): Promise<() => void> {
  const { instance, dataDir, environment } = options;
  const ctx = { db: instance.database, secret: instance.config.secret };
  let known = "";

  async function register(): Promise<void> {
    const input = describe(options, findRunning(join(dataDir, "n8n"))?.baseUrl);
    if (input === undefined || JSON.stringify(input) === known) return;
    const refused = await putInstance(ctx, input);
    if (isFailure(refused)) throw new Error(refused.detail);
    known = JSON.stringify(input);
  }

  if (environment.N8N_URL === undefined && !(await listInstances(ctx.db)).some(({ id }) => id === INSTANCE_ID)) {
    await putInstance(ctx, { ...secretsOf(options), baseUrl: DEFAULT_URL });
  }
  await register();
  await ensureDefaultMappings(ctx.db, INSTANCE_ID);
  const timer = setInterval(() => {
    register().catch((error: unknown) => instance.log.warn("n8n could not be registered", { error: String(error) }));
  }, LOOK_MS);
  return () => clearInterval(timer);
}

function secretsOf({ secrets, dataDir, environment }: ConnectOptions): Omit<InstanceInput, "baseUrl"> {
  const home = readIfPresent(homeFile(join(dataDir, "n8n")));
  const apiKey = home === undefined ? undefined : N8nHome.safeParse(JSON.parse(home)).data?.apiKey;
  const concurrency = positive(environment.N8N_CONCURRENCY);
  const webhookTimeoutMs = positive(environment.N8N_WEBHOOK_TIMEOUT_MS);
  return {
    id: INSTANCE_ID,
    apiKey: environment.N8N_API_KEY ?? apiKey ?? null,
    webhookKey: environment.N8N_WEBHOOK_KEY ?? secrets.N8N_WEBHOOK_KEY,
    signingSecret: environment.N8N_SIGNING_SECRET ?? secrets.N8N_SIGNING_SECRET,
    errorKey: environment.N8N_ERROR_KEY ?? secrets.N8N_ERROR_KEY,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(webhookTimeoutMs === undefined ? {} : { webhookTimeoutMs }),
  };
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

function describe(options: ConnectOptions, runningUrl: string | undefined): InstanceInput | undefined {
  const baseUrl = options.environment.N8N_URL ?? runningUrl;
  return baseUrl === undefined ? undefined : { ...secretsOf(options), baseUrl };
}
