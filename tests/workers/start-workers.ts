import type { Readable } from "node:stream";
import { Miniflare, Response as MiniflareResponse, type WorkerOptions } from "miniflare";
import pg from "pg";
import { type BuiltWorker, buildWorkers } from "#hosts/workers/build.ts";
import { prepareDatabase } from "#hosts/workers/prepare-database.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { neonFront } from "#tests/support/neon-front.ts";
import { upstashFront } from "#tests/support/upstash-front.ts";

export const PUBLIC_URL = "http://rainwire.test";
const NEON_HOST = "api.neon.test"; // what the driver makes of the host below
const NEON_URL = "postgresql://rainwire:unused@db.neon.test/rainwire";
const UPSTASH_HOST = "redis.upstash.test";
const UPSTASH = { UPSTASH_REDIS_REST_URL: `https://${UPSTASH_HOST}`, UPSTASH_REDIS_REST_TOKEN: "a REST token" };

export interface RunningWorkers {
  /** A request to the public service of that path, as Cloudflare's routes would send it. */
  fetch(path: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Response>;
  /** One tick of a task's Worker, or of `relay`. */
  tick(name: string): Promise<void>;
  readonly pool: pg.Pool;
  readonly workers: readonly BuiltWorker[];
  /** JSON lines that the Workers logged. */
  readonly logged: Record<string, unknown>[];
  readonly account: { tenantId: string; apiKey: string; email: string; password: string };
  close(): Promise<void>;
}

export interface StartOptions {
  rootDir: string;
  vars?: Record<string, string>;
  /** More secrets than every deployment has. */
  secrets?: Record<string, string>;
  /** More for the preparation of the database. */
  environment?: Record<string, string>;
  /** A Redis that the Workers share, behind Upstash's protocol. */
  redisUrl?: string;
}

/** Every Worker of a manifest in workerd, from the very configuration and bundles that are deployed. */
export async function startWorkers({
  rootDir,
  vars = {},
  environment = {},
  redisUrl,
  ...options
}: StartOptions): Promise<RunningWorkers> {
  const database = await createTestDatabase();
  const front = neonFront(database.url);
  const upstash = redisUrl === undefined ? undefined : upstashFront(redisUrl, UPSTASH.UPSTASH_REDIS_REST_TOKEN);
  const values = { PUBLIC_URL, HOOKS_URL: `${PUBLIC_URL}/hooks`, ALLOWED_HOSTS: "127.0.0.1", ...vars };
  const secrets = { RAINWIRE_SECRET: "a secret of the tests, long enough to sign with", ...options.secrets };
  const account = await prepareDatabase({
    rootDir,
    environment: { ...values, ...secrets, ...environment, DATABASE_URL: database.url },
    say: () => undefined,
  });
  if (!account) throw new Error("the database was not empty");
  const workers = await buildWorkers({ rootDir, vars: values, warn: () => undefined });
  const logged: Record<string, unknown>[] = [];
  const answerOutgoing = async (request: Request): Promise<Response> => {
    const { hostname } = new URL(request.url);
    if (hostname === NEON_HOST) return await front.answer(request);
    if (hostname === UPSTASH_HOST && upstash) return await upstash.answer(request);
    return await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      redirect: "manual",
      ...(request.method === "GET" ? {} : { body: await request.text() }),
    });
  };
  const miniflare = new Miniflare({
    cf: false,
    port: 0,
    handleRuntimeStdio(stdout: Readable, stderr: Readable) {
      stdout.on("data", (chunk: Buffer) => logged.push(...jsonLines(chunk.toString("utf8"))));
      stderr.on("data", (chunk: Buffer) => process.env.WORKERD_LOG && process.stderr.write(chunk));
    },
    workers: workers.map((worker) => ({
      ...toOptions(worker, { ...secrets, DATABASE_URL: NEON_URL, ...(upstash && UPSTASH) }),
      outboundService: async (request: Request) => {
        const answer = await answerOutgoing(request);
        const body = [204, 304].includes(answer.status) ? null : await answer.text();
        return new MiniflareResponse(body, { status: answer.status, headers: [...answer.headers] });
      },
    })) as unknown as WorkerOptions[], // safe: Miniflare checks them; its own Request type differs in name only
  });
  await miniflare.ready;
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  pool.on("error", () => undefined);
  const workerOf = async (script: string) => (await miniflare.getWorker(script)) as unknown as WorkerHandle; // safe: what Miniflare documents
  const application = workers[0]?.plan.spec.application ?? "";
  const publicNames = workers.flatMap(({ plan }) =>
    ["service", "tickets"].includes(plan.job.kind) ? [plan.spec.name] : [],
  );

  return {
    pool,
    workers,
    logged,
    account,
    async fetch(path, init = {}) {
      const first = path.split("/")[1] ?? "";
      const worker = await workerOf(`${application}-${publicNames.includes(first) ? first : "api"}`);
      const headers = { ...(init.body === undefined ? {} : { "content-type": "application/json" }), ...init.headers };
      return await worker.fetch(`${PUBLIC_URL}${path}`, { ...init, headers });
    },
    async tick(name) {
      const worker = await workerOf(`${application}-${name}`);
      const { outcome } = await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
      if (outcome !== "ok") throw new Error(`the tick of ${name} ended in ${outcome}`);
    },
    async close() {
      await miniflare.dispose();
      await pool.end();
      await front.close();
      await upstash?.close();
      await database.drop();
    },
  };
}

interface WorkerHandle {
  fetch(url: string, init: object): Promise<Response>;
  scheduled(options: { cron: string; scheduledTime: Date }): Promise<{ outcome: string }>;
}

interface WranglerConfig {
  name: string;
  compatibility_date: string;
  compatibility_flags: string[];
  vars: Record<string, string>;
  queues: {
    producers: { binding: string; queue: string }[];
    consumers: {
      queue: string;
      max_batch_size: number;
      max_batch_timeout: number;
      max_retries: number;
      dead_letter_queue: string;
    }[];
  };
  kv_namespaces: { binding: string }[];
  services: { binding: string; service: string }[];
  tail_consumers?: { service: string }[];
}

/** wrangler.jsonc in Miniflare's words. */
function toOptions({ config, bundle }: BuiltWorker, secrets: Record<string, string>): object {
  const wrangler = config as WranglerConfig; // safe: written by wrangler-config.ts, and checked by wrangler's dry run
  return {
    name: wrangler.name,
    modules: [{ type: "ESModule", path: "worker.js", contents: bundle.code }],
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: wrangler.compatibility_flags,
    bindings: { ...wrangler.vars, ...secrets },
    queueProducers: Object.fromEntries(wrangler.queues.producers.map(({ binding, queue }) => [binding, queue])),
    queueConsumers: Object.fromEntries(
      wrangler.queues.consumers.map((consumer) => [
        consumer.queue,
        {
          maxBatchSize: consumer.max_batch_size,
          maxBatchTimeout: consumer.max_batch_timeout,
          maxRetries: consumer.max_retries,
          deadLetterQueue: consumer.dead_letter_queue,
        },
      ]),
    ),
    kvNamespaces: wrangler.kv_namespaces.map(({ binding }) => binding),
    serviceBindings: Object.fromEntries(wrangler.services.map(({ binding, service }) => [binding, service])),
    routes: [`${new URL(PUBLIC_URL).hostname}/${wrangler.name}/*`], // Miniflare refuses an Origin that no route names
    tails: wrangler.tail_consumers?.map(({ service }) => service) ?? [],
  };
}

const jsonLines = (text: string): Record<string, unknown>[] =>
  text.split("\n").flatMap((line) => {
    try {
      return line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : []; // safe: begins as an object
    } catch {
      return [];
    }
  });

/** Asks until `look` gives something, for at most `withinMs`. */
export async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 15_000): Promise<T> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadlineMs) throw new Error(`nothing within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
