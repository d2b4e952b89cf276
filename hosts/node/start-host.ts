import { randomInt } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { loadManifest } from "#hosts/manifest/load.ts";
import type { Manifest } from "#hosts/manifest/manifest.ts";
import { freePort } from "#hosts/n8n/free-port.ts";
import { consumerOf } from "#hosts/running/consumers.ts";
import { outboxQueue } from "#hosts/running/queue/outbox-queue.ts";
import type { Background } from "#hosts/running/run-invocation.ts";
import { portOf, type ResolvedEnv, readEnvironment, requireEnv, resolveEnv } from "#hosts/starting/environment.ts";
import { envFor, type LoadedHandler, loadHandlers } from "#hosts/starting/handlers.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import type { FirstAccount } from "#shared/accounts/first-run.ts";
import { ensureFirstAccount } from "#shared/accounts/first-run.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { createUsageWriter, type UsageWriter } from "#shared/costs/usage-writer.ts";
import { keepHistory } from "#shared/events/keep-history.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { jsonLogger, type LogLevel } from "#shared/kernel/logger.ts";
import { ConfigError } from "#shared/runtime/config.ts";
import { createInstance } from "#shared/runtime/create-instance.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import type { TokenTimings } from "#shared/tokens/timings.ts";
import { sweepEndpoints } from "#shared/webhooks/wake-endpoints.ts";
import { sweepDeliveries } from "#shared/workflows/sweep-deliveries.ts";
import { connectN8n } from "./connect-n8n.ts";
import { openKvCaches } from "./kv-caches.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./postgres/embedded.ts";
import { startQueueEngine } from "./queue/start-queue-engine.ts";
import { scheduleTasks } from "./schedule-tasks.ts";
import { type HostSecrets, hostSecrets } from "./secrets.ts";
import { type HttpServer, serveHttp } from "./serve-http.ts";
import { type RunningService, runningService, serviceStub } from "./services.ts";
import { lineWriter } from "./write-lines.ts";

export interface HostOptions {
  /** Where `raindrop.manifest`, the handlers, `migrations/` and `.env` lie. */
  rootDir: string;
  /** Where the embedded database and the host's secrets live. */
  dataDir: string;
  processEnv: NodeJS.ProcessEnv;
  /** Default: PORT, else 8787. 0: one that is free. */
  port?: number;
  hostname?: string;
  /** Of tokens and their keys, where a rehearsal wants other ones. */
  tokenTimings?: Partial<TokenTimings>;
  /** Takes usage records in place of the database: for a bench of what metering costs. */
  usage?: UsageWriter;
  /** Gets each log line. Default: standard output. */
  writeLog?: (line: string) => void;
}

export interface Host {
  url: string;
  instance: Instance;
  manifest: Manifest;
  /** Whether the database is the embedded one. */
  isEmbedded: boolean;
  /** Present on the very first run only: what to try it with. */
  firstAccount: FirstAccount | null;
  isLeader(): boolean;
  /** Takes nothing new, finishes what is under way and writes what is left. */
  stop(): Promise<void>;
}

const ROOT_SERVICE = "api";
/** An answer that takes longer (an event stream, a long `Prefer: wait`) is cut off; its caller asks again elsewhere. */
const HTTP_DRAIN_MS = 10_000;
const DRAIN_MS = 40_000;

/** Runs what the manifest declares in this process. Throws, saying what to mend, before anything is served. */
export async function startHost(options: HostOptions): Promise<Host> {
  const { rootDir, dataDir } = options;
  const environment = readEnvironment(options);
  const level = (environment.LOG_LEVEL ?? "info") as LogLevel; // safe: checked with the rest of the env below
  const levels: LogLevel[] = ["debug", "info", "warn", "error"];
  const log = jsonLogger(
    options.writeLog ?? lineWriter((text) => process.stdout.write(text)),
    (each) => levels.indexOf(each) >= levels.indexOf(level),
  );
  const wantedPort = options.port ?? portOf(environment);
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const manifest = loadManifest(join(rootDir, "raindrop.manifest"), (warning) => log.warn(warning));
  const handlers = await loadHandlers(manifest, rootDir);
  const secrets = await hostSecrets(dataDir);

  const embedded = environment.DATABASE_URL
    ? undefined
    : await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres") });
  const databaseUrl = environment.DATABASE_URL || embedded?.url || "";
  const undo: (() => Promise<unknown>)[] = embedded ? [() => embedded.stop()] : [];
  try {
    const provided = { DATABASE_URL: databaseUrl, PUBLIC_URL: `http://127.0.0.1:${port}`, ...secrets };
    const resolved = resolveEnv(manifest, environment, provided);
    const env = requireEnv(manifest, resolved);
    await prepareDatabase(databaseUrl, rootDir, log.info);
    return await run({
      ...options,
      port,
      env,
      resolved,
      environment,
      manifest,
      handlers,
      secrets,
      embedded,
      log,
      undo,
    });
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function prepareDatabase(connectionString: string, rootDir: string, say: (text: string) => void): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: "rainwire-migrate" });
  await client.connect();
  try {
    const { applied } = await migrate(client, join(rootDir, "migrations"));
    if (applied.length > 0) say(`applied migrations: ${applied.join(", ")}`);
  } finally {
    await client.end();
  }
}

interface Prepared extends HostOptions {
  port: number;
  env: Record<string, string>;
  resolved: ResolvedEnv;
  environment: NodeJS.Dict<string>;
  manifest: Manifest;
  handlers: LoadedHandler[];
  secrets: HostSecrets;
  embedded: EmbeddedPostgres | undefined;
  log: ReturnType<typeof jsonLogger>;
  /** What to do, last first, to stop. */
  undo: (() => Promise<unknown>)[];
}

async function run(prepared: Prepared): Promise<Host> {
  const { env, environment, manifest, handlers, secrets, dataDir, embedded, log, undo } = prepared;
  const processId = randomInt(1, 2 ** 31 - 1);
  const background: Background = new Set();
  let usage: UsageWriter | undefined;
  const instance = await createInstance(env, {
    log,
    usage: { record: (record) => usage?.record(record) },
    ...(prepared.tokenTimings && { timings: prepared.tokenTimings }),
  });
  undo.push(() => instance.close());
  const { database, signals, config } = instance;
  if (config.queues.via !== "platform") {
    throw new ConfigError(["QUEUES: the Node host has queues of its own; leave it out, or deploy to Workers"]);
  }
  await keepHistory(database);

  const kvCaches = await openKvCaches(manifest, config.redisUrl, (isThere, why) =>
    log[isThere ? "info" : "warn"](isThere ? "the caches are back" : "the caches are away", { why }),
  );
  undo.push(() => kvCaches.close());
  const services = new Map<string, RunningService>();
  const envOf = (declaration: LoadedHandler["declaration"]): object =>
    envFor(manifest, declaration, {
      valueOf: prepared.resolved.valueOf,
      queue: (name) => outboxQueue(database, signals, name),
      kvCache: (name) => kvCaches.get(name),
      stub: (name) =>
        serviceStub(
          () => services.get(name) ?? fail(name),
          () => instance,
          background,
        ),
    });
  const envs = new Map(handlers.map(({ declaration }) => [declaration, envOf(declaration)]));
  for (const { declaration, Handler } of handlers) {
    if (declaration.kind !== "service") continue;
    services.set(
      declaration.name,
      runningService(declaration, Handler, () => envs.get(declaration) ?? {}),
    );
  }

  const observers = handlers.flatMap(({ declaration, Handler, subscription }) =>
    declaration.kind === "observer" && declaration.source.kind === "queue" && subscription
      ? [
          {
            name: declaration.name,
            Handler,
            subscription,
            queue: declaration.source.queue,
            env: envs.get(declaration) ?? {},
            instance,
            background,
          },
        ]
      : [],
  );
  await registerSubscriptions(database, observers);
  const firstAccount = await ensureFirstAccount({ auth: instance.auth, database });
  const disconnectN8n = await connectN8n({ instance, secrets, dataDir, environment });
  undo.push(async () => disconnectN8n());
  await sweepDeliveries(database); // what a killed process had not handed on waits for no tick
  await sweepEndpoints(database);

  const settlements = createPool({ connectionString: config.databaseUrl, applicationName: "rainwire-queue", max: 4 });
  undo.push(() => settlements.end());
  const engine = await startQueueEngine({
    pool: settlements,
    connectionString: config.databaseUrl,
    signals,
    consumers: observers.map(consumerOf),
    log,
    processId,
  });
  usage =
    prepared.usage ??
    createUsageWriter({
      db: database,
      processId,
      processCpuMs: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      },
      onError: (error) => log.warn("usage records wait to be written", { error: String(error) }),
    });
  undo.push(async () => {
    await engine.stop({ timeoutMs: DRAIN_MS });
    await Promise.allSettled([...background]);
    await usage?.close();
  });

  const tasks = handlers.flatMap(({ declaration, Handler }) =>
    declaration.kind === "task" ? [{ declaration, Handler, env: envs.get(declaration) ?? {} }] : [],
  );
  const scheduler = scheduleTasks(config.databaseUrl, tasks, instance, background);
  undo.push(() => scheduler.stop());

  const http: HttpServer = await serveHttp({
    instance,
    services: new Map([...services].filter(([, service]) => service.isPublic)),
    rootService: ROOT_SERVICE,
    background,
    hostname: prepared.hostname ?? "127.0.0.1",
    port: prepared.port,
  });
  undo.push(() => http.close(HTTP_DRAIN_MS));

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) {
      await step().catch((error: unknown) => log.error("a step of the stop failed", { error: String(error) }));
    }
  };
  return {
    url: http.url,
    instance,
    manifest,
    isEmbedded: embedded !== undefined,
    firstAccount,
    isLeader: () => scheduler.isLeader(),
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function fail(name: string): never {
  throw new Error(`There is no service ${name}.`);
}
