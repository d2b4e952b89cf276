import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { loadManifest } from "#hosts/manifest/load.ts";
import { BUDGETS, FORBIDDEN } from "#hosts/workers/budgets.ts";
import { type BuiltWorker, buildWorkers } from "#hosts/workers/build.ts";
import { wranglerConfig } from "#hosts/workers/wrangler-config.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";

const rootDir = resolve(import.meta.dirname, "../..");
let workers: BuiltWorker[];

beforeAll(async () => {
  workers = await buildWorkers({ rootDir, vars: { PUBLIC_URL: "https://api.example.com" }, warn: () => undefined });
}, 120_000);

const scripts = [
  "rainwire-api",
  "rainwire-auth",
  "rainwire-hooks",
  "rainwire-ops",
  "rainwire-reports",
  "rainwire-dispatch-workflow",
  "rainwire-deliver-webhook",
  "rainwire-fan-out-webhooks",
  "rainwire-deliver-to-endpoints",
  "rainwire-write-interactions",
  "rainwire-sweep-deliveries",
  "rainwire-reconcile-executions",
  "rainwire-digest-batching",
  "rainwire-digest-caches",
  "rainwire-price-usage",
  "rainwire-rotate-signing-keys",
  "rainwire-keep-history",
  "rainwire-check-budgets",
  "rainwire-report-costs",
  "rainwire-relay",
  "rainwire-tail",
];

const find = (script: string): BuiltWorker => {
  const found = workers.find(({ plan }) => plan.script === script);
  if (!found) throw new Error(`no ${script}`);
  return found;
};

it("makes a Worker of each function, and the host's own two", () => {
  expect(workers.map(({ plan }) => plan.script)).toEqual(scripts);
});

describe.each(scripts)("the bundle of %s", (script) => {
  it("holds no driver with sockets and nothing of Node's file system", () => {
    const { code, inputs, externals } = find(script).bundle;
    const forbidden = new Set<string>(FORBIDDEN.packages);
    const packages = inputs.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "");
    expect(packages.filter((name) => forbidden.has(name))).toEqual([]);
    expect(
      externals.filter((name) => !["cloudflare:workers", "node:crypto", "node:async_hooks"].includes(name)),
    ).toEqual([]);
    expect(FORBIDDEN.texts.filter((text) => code.includes(text))).toEqual([]);
    expect(inputs.filter((path) => /hosts\/node\/(adapters|start-host|serve-http)/.test(path))).toEqual([]);
  });

  it("keeps within the budget for its size", () => {
    const { code } = find(script).bundle;
    expect(code.length).toBeGreaterThan(10_000);
    const budget = BUDGETS.compressedBytesOf[script.replace(/^rainwire-/, "")] ?? BUDGETS.compressedBytes;
    expect(gzipSync(code).length).toBeLessThan(budget);
  });
});

const MEASURE = `
const [file] = process.argv.slice(1);
const before = process.cpuUsage();
await import(file);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
`;

it.each(["rainwire-api", "rainwire-reports"])("%s starts within the budget", async (script) => {
  const directory = await temporaryDirectory("workers");
  try {
    const file = join(directory, "worker.mjs");
    const entrypoint = "data:text/javascript,export class WorkerEntrypoint {}";
    await writeFile(file, find(script).bundle.code.replaceAll("cloudflare:workers", entrypoint));
    const samples: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", MEASURE, file]);
      samples.push(Number(stdout));
    }
    expect(Math.min(...samples)).toBeGreaterThan(0);
    expect(Math.min(...samples)).toBeLessThan(BUDGETS.startupCpuMs);
  } finally {
    await rm(directory, { recursive: true });
  }
});

describe("the configuration for wrangler", () => {
  it("routes public services by their prefix on PUBLIC_URL's host, and nothing else", () => {
    const routing = Object.fromEntries(
      workers.map(({ plan, config }) => {
        const { routes, workers_dev } = config as { routes?: string[]; workers_dev: boolean }; // safe: written by wrangler-config.ts
        return [plan.spec.name, routes ?? workers_dev];
      }),
    );
    expect(routing).toEqual({
      api: ["api.example.com/*"],
      auth: ["api.example.com/auth/*"],
      hooks: ["api.example.com/hooks/*"],
      ops: ["api.example.com/ops/*"],
      reports: ["api.example.com/reports/*"],
      "dispatch-workflow": false,
      "deliver-webhook": false,
      "fan-out-webhooks": false,
      "deliver-to-endpoints": false,
      "write-interactions": false,
      "sweep-deliveries": false,
      "reconcile-executions": false,
      "digest-batching": false,
      "digest-caches": false,
      "price-usage": false,
      "rotate-signing-keys": false,
      "keep-history": false,
      "check-budgets": false,
      "report-costs": false,
      relay: false,
      tail: false,
    });
  });

  it("names secrets without their values, and keeps them out of the variables", () => {
    for (const { config } of workers) {
      expect(config).toMatchObject({ secrets: { required: ["DATABASE_URL", "RAINWIRE_SECRET"] } });
      expect(Object.keys((config as { vars: object }).vars)).toEqual([
        "PUBLIC_URL",
        "HOOKS_URL",
        "ALLOWED_HOSTS",
        "TRUSTED_PROXIES",
        "FORWARDED_HEADER",
        "LOG_LEVEL",
        "CDN_PURGE",
        "CDN_PURGE_URL",
        "QSTASH_URL",
        "QUEUES",
        "TICKETS_URL",
      ]); // safe: written by wrangler-config.ts
    }
  });

  it("gives an observer its queue with dead letters, each writer every queue, and a task its cron", () => {
    expect(find("rainwire-deliver-webhook").config).toMatchObject({
      queues: {
        producers: [
          { binding: "RAINWIRE_QUEUE_WORKFLOW_DISPATCH", queue: "rainwire-workflow-dispatch" },
          { binding: "RAINWIRE_QUEUE_WEBHOOK_DELIVERIES", queue: "rainwire-webhook-deliveries" },
          { binding: "RAINWIRE_QUEUE_WEBHOOK_FAN_OUT", queue: "rainwire-webhook-fan-out" },
          { binding: "RAINWIRE_QUEUE_ENDPOINT_DELIVERIES", queue: "rainwire-endpoint-deliveries" },
          { binding: "RAINWIRE_QUEUE_INTERACTION_WRITES", queue: "rainwire-interaction-writes" },
        ],
        consumers: [
          {
            queue: "rainwire-webhook-deliveries",
            max_retries: 100,
            dead_letter_queue: "rainwire-lost-tickets",
          },
        ],
      },
      tail_consumers: [{ service: "rainwire-tail" }],
    });
    expect(find("rainwire-keep-history").config).toMatchObject({ triggers: { crons: ["17 3 * * *"] } });
    expect(find("rainwire-relay").config).toMatchObject({ triggers: { crons: ["* * * * *"] } });
    expect(find("rainwire-tail").config).toMatchObject({ queues: { producers: [], consumers: [] } });
    expect(find("rainwire-tail").config).not.toHaveProperty("tail_consumers");
  });

  it("binds services to the others, and to none in the very first deployment", () => {
    const auth = find("rainwire-auth");
    expect(auth.config).toMatchObject({
      services: [
        { binding: "API", service: "rainwire-api" },
        { binding: "HOOKS", service: "rainwire-hooks" },
        { binding: "OPS", service: "rainwire-ops" },
        { binding: "REPORTS", service: "rainwire-reports" },
      ],
    });
    const manifest = loadManifest(join(rootDir, "raindrop.manifest"), () => undefined);
    const first = wranglerConfig(manifest, auth.plan, { vars: {}, isFirst: true });
    expect(first).toMatchObject({ services: [] });
    expect(first).not.toHaveProperty("tail_consumers");
  });
});

describe("with QStash as the carrier of the queues", () => {
  let overQstash: BuiltWorker[];
  beforeAll(async () => {
    const vars = { PUBLIC_URL: "https://api.example.com", QUEUES: "qstash" };
    overQstash = await buildWorkers({ rootDir, vars, warn: () => undefined });
  }, 120_000);

  it("puts one Worker in the place of the observers', reachable and within the budget", () => {
    const observers = [
      ...["dispatch-workflow", "deliver-webhook", "fan-out-webhooks", "deliver-to-endpoints"],
      "write-interactions",
    ];
    const expected = scripts.filter((script) => !observers.some((name) => script.endsWith(name)));
    expect(overQstash.map(({ plan }) => plan.script).toSorted()).toEqual([...expected, "rainwire-tickets"].toSorted());
    const tickets = overQstash.find(({ plan }) => plan.script === "rainwire-tickets");
    expect(tickets?.config).toMatchObject({ routes: ["api.example.com/tickets/*"], workers_dev: false });
    expect(gzipSync(tickets?.bundle.code ?? "").length).toBeLessThan(BUDGETS.compressedBytes);
    expect(FORBIDDEN.texts.filter((text) => tickets?.bundle.code.includes(text))).toEqual([]);
  });

  it("binds no queue, and needs QStash's secrets", () => {
    for (const { config } of overQstash) {
      expect(config).toMatchObject({
        queues: { producers: [], consumers: [] },
        secrets: {
          required: [
            "DATABASE_URL",
            "RAINWIRE_SECRET",
            "QSTASH_TOKEN",
            "QSTASH_CURRENT_SIGNING_KEY",
            "QSTASH_NEXT_SIGNING_KEY",
          ],
        },
      });
    }
  });
});
