import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { createPlainAuth } from "../plain/app.ts";
import type { PlainApi } from "../plain/server-process.ts";
import { startChild } from "../processes/child.ts";
import type { Contender } from "./contender.ts";
import { USERS } from "./people.ts";
import { seed, sessionCookieOf } from "./seed.ts";

const SECRET = "bench-edge-secret-of-the-plain-way-1";

/** The plain way on a database of its own on the same server. */
export async function openPlain(serverUrl: string, webhookUrl: string, goalsPerUser: number): Promise<Contender> {
  const databaseUrl = await createDatabase(serverUrl, "plain");
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  await (await getMigrations(createPlainAuth(pool, SECRET).options)).runMigrations();
  await pool.query(await readFile(join(import.meta.dirname, "../plain/schema.sql"), "utf8"));
  await seed(pool, { column: "camel" }, goalsPerUser);
  await pool.end();
  const server = startChild<PlainApi>(join(import.meta.dirname, "../plain/server-process.ts"));
  const port = await server.ask("open", { databaseUrl, secret: SECRET, webhookUrl });
  return {
    name: "the plain way",
    port,
    paths: { list: "/v1/goals", check: "/me" },
    headers: Array.from({ length: USERS }, (_, user) => sessionCookieOf(user, "better-auth.session_token", SECRET)),
    pids: [server.pid],
    unfinished: async () => 0, // its webhook is part of the request
    close: () => server.end(),
  };
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
