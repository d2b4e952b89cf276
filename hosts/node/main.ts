import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { dataDirOf, readEnvironment } from "#hosts/starting/environment.ts";
import { announce } from "./announce.ts";
import { startHost } from "./start-host.ts";

const HELP = `npm start [-- --app FOLDER]

Runs what raindrop.manifest (of FOLDER, else of this checkout) declares in this process.

  DATABASE_URL       PostgreSQL to use; absent: an embedded one, its data in RAINWIRE_DATA_DIR
  REDIS_URL          Redis that several processes share; absent: each remembers for itself
  PORT               port to listen on (8787)
  HOST               address to listen on (127.0.0.1)
  PUBLIC_URL         where consumers reach it (http://127.0.0.1:<PORT>)
  HOOKS_URL          where n8n calls back (<PUBLIC_URL>/hooks)
  N8N_URL            an n8n of your own, with N8N_API_KEY; absent: the one that \`npm run n8n\` starts
  RAINWIRE_DATA_DIR  data directory (.rainwire)
  LOG_LEVEL          debug, info, warn or error (info)

Each may also stand in .env. \`npm run doctor\` says what is configured, reachable and behind.
`;

async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: { app: { type: "string" }, help: { type: "boolean" } } });
  if (flags.help) {
    process.stdout.write(HELP);
    return;
  }
  const rootDir = resolve(flags.app ?? join(import.meta.dirname, "../.."));
  const environment = readEnvironment({ rootDir, processEnv: process.env });
  const dataDir = dataDirOf(rootDir, environment);
  const starting = startHost({
    rootDir,
    dataDir,
    processEnv: process.env,
    ...(environment.HOST === undefined ? {} : { hostname: environment.HOST }),
  });
  const leave = (signal: NodeJS.Signals) => {
    process.stderr.write(`${signal}: finishing what is under way\n`);
    starting.then((host) => host.stop()).then(() => process.exit(0), fail);
  };
  process.once("SIGINT", leave);
  process.once("SIGTERM", leave);
  const host = await starting;
  // A promise that a handler forgot fails alone, not the invocations beside it.
  process.on("unhandledRejection", (reason) =>
    host.instance.log.error("a promise that nobody awaits was rejected", {
      error: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
    }),
  );
  await announce(host, dataDir).catch((error: unknown) =>
    host.instance.log.warn("what is connected could not be told", { error: String(error) }),
  );
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
