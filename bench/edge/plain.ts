import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { getMigrations } from "better-auth/db/migration";
import { createPlainAuth } from "../plain/app.ts";
import type { PlainApi } from "../plain/server-process.ts";
import { startChild } from "../processes/child.ts";
import type { Contender } from "./contender.ts";
import { benchPool, createDatabase } from "./databases.ts";
import { USERS } from "./people.ts";
import { seed, sessionCookieOf } from "./seed.ts";

const SECRET = "bench-edge-secret-of-the-plain-way-1";

/** The plain way on a database of its own on the same server. */
export async function openPlain(serverUrl: string, webhookUrl: string, goalsPerUser: number): Promise<Contender> {
  const databaseUrl = await createDatabase(serverUrl, "plain");
  const pool = benchPool(databaseUrl);
  await (await getMigrations(createPlainAuth(pool, SECRET).options)).runMigrations();
  await pool.query(await readFile(join(import.meta.dirname, "../plain/schema.sql"), "utf8"));
  await seed(pool, { column: "camel" }, goalsPerUser);
  const server = startChild<PlainApi>(join(import.meta.dirname, "../plain/server-process.ts"));
  const port = await server.ask("open", { databaseUrl, secret: SECRET, webhookUrl });
  return {
    name: "the plain way",
    port,
    paths: { list: "/v1/goals", check: "/me" },
    pids: [server.pid],
    pool,
    keepsAnswers: false,
    signIn: async () =>
      Array.from({ length: USERS }, (_, user) => sessionCookieOf(user, "better-auth.session_token", SECRET)),
    unfinished: async () => 0, // its webhook is part of the request
    async close() {
      await server.end();
      await pool.end();
    },
  };
}
