import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadManifest } from "#hosts/manifest/load.ts";
import { readEnvironment } from "#hosts/starting/environment.ts";
import { buildWorkers, writeWorkers } from "./build.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { lostTicketsQueue, queueScript, type WorkerPlan } from "./worker-plan.ts";
import { carrierOf } from "./wrangler-config.ts";

const HELP = `npm run deploy:workers -- [--first] [--dry-run]

Builds a Worker of each function and deploys them with wrangler, after it has brought the database up to date.

  --first    the very first deployment: makes the queues, then deploys twice, since Workers that are bound to each
             other cannot name one that is not there yet
  --dry-run  touches neither database nor Cloudflare: wrangler checks each configuration and bundle

DATABASE_URL, RAINWIRE_SECRET and PUBLIC_URL come from the environment or .env; N8N_URL with N8N_WEBHOOK_KEY and
N8N_SIGNING_SECRET registers an n8n. Secrets go to Cloudflare with each deployment, from the same environment
(docs/operations.md, "Cloudflare Workers").
`;

const rootDir = resolve(import.meta.dirname, "../..");
const outDir = join(rootDir, "dist", "workers");
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      first: { type: "boolean", default: false },
      "dry-run": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (options.help) return say(HELP);
  const isDryRun = options["dry-run"];
  const environment = readEnvironment({ rootDir, processEnv: process.env });
  if (!isDryRun) {
    requireHttps(environment.PUBLIC_URL);
    const account = await prepareDatabase({ rootDir, environment, say });
    if (account) say(`first account, shown once: ${account.email} ${account.password}, API key ${account.apiKey}`);
  }
  if (options.first && !isDryRun && carrierOf(environment) === "platform") await makeQueues();
  for (const isFirst of options.first ? [true, false] : [false]) {
    const workers = await buildWorkers({ rootDir, vars: environment, isFirst, warn: say });
    await writeWorkers(workers, outDir);
    for (const { plan } of workers) {
      const folder = join(outDir, plan.script);
      if (isDryRun) await wrangler(["deploy", "--dry-run"], folder);
      else await deployWithSecrets(folder, secretsOf(plan, environment));
      say(`${plan.script}: ${isDryRun ? "in order" : "deployed"}`);
    }
  }
}

function requireHttps(publicUrl: string | undefined): void {
  if (publicUrl?.startsWith("https://")) return;
  throw new Error("PUBLIC_URL must be the https address where consumers will reach this deployment.");
}

const secretsOf = ({ env }: WorkerPlan, environment: NodeJS.Dict<string>): Record<string, string> =>
  Object.fromEntries(
    env.flatMap(({ name, isSecret }) => {
      const value = isSecret ? environment[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Secrets travel in a file that only its owner can read, and that is gone afterwards: arguments show in `ps`. */
async function deployWithSecrets(folder: string, secrets: Record<string, string>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "rainwire-secrets-"));
  try {
    const file = join(directory, "secrets.json");
    await writeFile(file, JSON.stringify(secrets), { mode: 0o600 });
    await wrangler(["deploy", "--secrets-file", file], folder);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function makeQueues(): Promise<void> {
  const manifest = loadManifest(join(rootDir, "raindrop.manifest"), say);
  const queues = manifest.queues.filter(({ observer }) => observer !== undefined);
  for (const name of [...queues.map((queue) => queueScript(manifest, queue.name)), lostTicketsQueue(manifest)]) {
    await wrangler(["queues", "create", name], rootDir);
  }
}

/** The wrangler of this checkout. Its output is shown when it fails. */
async function wrangler(args: string[], cwd: string): Promise<void> {
  const packageFile = createRequire(import.meta.url).resolve("wrangler/package.json");
  const child = spawn(process.execPath, [join(dirname(packageFile), "bin", "wrangler.js"), ...args], {
    cwd,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const code = await new Promise<number | null>((ended, failed) => child.on("close", ended).on("error", failed));
  if (code !== 0) throw new Error(`wrangler ${args.join(" ")} failed in ${cwd}:\n${output}`);
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
