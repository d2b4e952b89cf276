import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string; // superuser; name of the database in it: "rainwire", empty
    postgresTemplate: string; // name of a database with all migrations applied
  }
}

const TEMPLATE = "rainwire_template";
const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");
const UNSAFE_BUT_QUICK = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  min_wal_size: "64MB",
  max_wal_size: "256MB",
};

interface SharedServer {
  readonly url: Promise<string>;
  readonly reaper: Promise<ChildProcess>;
  users: number;
}

// Each vitest project loads this file anew; the process is what they share.
// safe: only this file uses the symbol.
const shared = globalThis as { [SERVER]?: SharedServer | undefined };
const SERVER = Symbol.for("rainwire.test-postgres");

/** Starts one PostgreSQL for all projects of this vitest process; the last one out ends it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared[SERVER] ??= start();
  const server = shared[SERVER];
  server.users += 1;
  project.provide("postgresUrl", await server.url);
  project.provide("postgresTemplate", TEMPLATE);
  return async () => {
    server.users -= 1;
    if (server.users > 0) return;
    shared[SERVER] = undefined;
    const reaper = await server.reaper;
    reaper.stdin?.end();
    if (reaper.exitCode === null) await once(reaper, "exit");
  };
}

function start(): SharedServer {
  const directory = temporaryDirectory("tests");
  return { reaper: directory.then(startReaper), url: directory.then(startWithTemplate), users: 0 };
}

/** A process that outlives this one, even a killed one, for as long as it takes to clean up. */
async function startReaper(directory: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "postgres-reaper.ts"), directory], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  child.unref();
  return child;
}

async function startWithTemplate(dataDir: string): Promise<string> {
  const { url } = await startEmbeddedPostgres({ dataDir, settings: UNSAFE_BUT_QUICK });
  await query(url, `create database ${TEMPLATE}`);
  const names = await readdir(MIGRATIONS).catch(() => []);
  if (names.some((name) => name.endsWith(".sql"))) {
    const template = new URL(url);
    template.pathname = `/${TEMPLATE}`;
    const client = new pg.Client({ connectionString: template.href });
    await client.connect();
    try {
      await migrate(client, MIGRATIONS);
    } finally {
      await client.end();
    }
  }
  return url;
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
