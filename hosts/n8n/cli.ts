import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { credentialsFor } from "./credentials.ts";
import { homeFile, N8nHome } from "./home.ts";
import { installN8n } from "./install.ts";
import { type N8n, startN8n } from "./n8n.ts";
import { readIfPresent } from "./private-file.ts";
import { endGroup } from "./process-group.ts";
import { rewriteHooksUrl } from "./rewrite-hooks-url.ts";
import { findRunning } from "./running-file.ts";

const OWNER_EMAIL = "owner@rainwire.localhost";

const HELP = `npm run n8n -- [options]

Runs the pinned n8n on loopback with the workflows of workflows/ imported and active.
The first run on a machine installs it into the cache directory: a few minutes, 2.6 GB.

  --ui             serve n8n's editor too
  --install-only   install and leave
  --stop           stop the n8n that runs on the data directory
  --help           this text

  N8N_PORT           port to prefer (5678)
  HOOKS_URL          where failed runs are reported (PUBLIC_URL/hooks)
  PUBLIC_URL         where Rainwire is reached (http://127.0.0.1:8787)
  SMTP_URL           the mail server of the workflows that send mail (smtp://localhost:25)
  RAINWIRE_DATA_DIR  Rainwire's data directory (.rainwire); n8n's is the folder n8n in it
`;

const { values: flags } = parseArgs({
  options: {
    ui: { type: "boolean", default: false },
    "install-only": { type: "boolean", default: false },
    stop: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const checkoutDir = resolve(import.meta.dirname, "../..");
const environment = readEnvironment({ rootDir: checkoutDir, processEnv: process.env });
const rainwireDir = dataDirOf(checkoutDir, environment);
const dataDir = join(rainwireDir, "n8n");

const startedAt = performance.now();
const say = (line: string) => console.log(line);

async function main(): Promise<void> {
  if (flags.help) return say(HELP);
  if (flags.stop) return await stopRunning();

  let n8n: N8n | undefined;
  let isLeaving = false;
  const leave = (signal: NodeJS.Signals) => {
    if (isLeaving || n8n === undefined) process.exit(signal === "SIGINT" ? 130 : 143);
    isLeaving = true;
    say("stopping n8n (running executions get up to 30 s; Ctrl-C again to leave at once)");
    n8n.stop().catch(fail);
  };
  process.on("SIGINT", leave);
  process.on("SIGTERM", leave);

  const { version } = await installN8n({ onProgress: say });
  if (flags["install-only"]) return say(`n8n ${version} is installed`);

  const isFirstRun = !existsSync(homeFile(dataDir));
  n8n = await startN8n({
    dataDir,
    port: readPort(),
    ownerEmail: OWNER_EMAIL,
    extraEnv: { N8N_DISABLE_UI: String(!flags.ui) },
    imports: {
      workflows: { dir: join(checkoutDir, "workflows") },
      credentials: credentialsFor(rainwireDir, environment),
      rewrite: rewriteHooksUrl(process.env.HOOKS_URL || `${process.env.PUBLIC_URL || "http://127.0.0.1:8787"}/hooks`),
    },
    onLog: say,
  });
  say(`n8n ${version} is ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${n8n.baseUrl}`);
  say(flags.ui ? loginHint(isFirstRun) : "Its editor is off; start with --ui to see it.");
  say(`Log: ${join(dataDir, "n8n.log")}. Stop with Ctrl-C.`);

  await n8n.ended;
  if (!isLeaving) throw new Error(`n8n ended by itself; see ${join(dataDir, "n8n.log")}.`);
  say("n8n is stopped");
}

function loginHint(isFirstRun: boolean): string {
  const canShow = isFirstRun && process.stdout.isTTY;
  const home = canShow ? N8nHome.parse(JSON.parse(readIfPresent(homeFile(dataDir)) ?? "{}")) : undefined;
  const password = home
    ? `password ${home.ownerPassword} (shown this once; kept in ${homeFile(dataDir)})`
    : `password: see ${homeFile(dataDir)}`;
  return `Sign in as ${OWNER_EMAIL}, ${password}`;
}

async function stopRunning(): Promise<void> {
  const running = findRunning(dataDir);
  if (running === undefined) return say(`no n8n runs on ${dataDir}`);
  await endGroup(running.pid, 35_000);
  say(`stopped n8n at ${running.baseUrl}`);
}

function readPort(): number {
  const text = process.env.N8N_PORT || "5678";
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`N8N_PORT is "${text}", which is not a port: give a number from 1 to 65535.`);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main().then(() => process.exit(0), fail);
