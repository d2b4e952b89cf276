import { createHmac } from "node:crypto";
import type pg from "pg";
import { goalIdOf, MILESTONES_PER_GOAL, TENANTS, tenantIdOf, USERS, userIdOf } from "./people.ts";

const INSERTED_AT_ONCE = 50_000;

export const sessionTokenOf = (user: number): string => `session-token-of-bench-user-${user}`.padEnd(32, "x");

/** better-auth's session cookie: the token and its signature (its documentation, "Cookies"). */
export function sessionCookieOf(user: number, cookie: string, secret: string): string {
  const token = sessionTokenOf(user);
  const signature = createHmac("sha256", secret).update(token).digest("base64");
  return `cookie: ${cookie}=${encodeURIComponent(`${token}.${signature}`)}\r\n`;
}

/** How better-auth's columns are called where it is set up. */
export interface Names {
  column: "snake" | "camel";
}

/** Fills a contender's own database with the same people, each signed in, and their goals. No trigger fires. */
export async function seed(pool: pg.Pool, { column }: Names, goalsPerUser: number): Promise<void> {
  const client = await pool.connect();
  const as = (name: string) => (column === "snake" ? name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) : name);
  const insert = (table: string, names: string, values: string, parameters: unknown[]) =>
    client.query(
      `insert into ${table} (${names
        .split(", ")
        .map((name) => `"${as(name)}"`)
        .join(", ")}) ${values}`,
      parameters,
    );
  const users = Array.from({ length: USERS }, (_, user) => user);
  try {
    await client.query("set session_replication_role = replica");
    const ids = [users.map(userIdOf), users.map(tenantIdOf), users.map(sessionTokenOf)];
    if (column === "snake") {
      const tenants = Array.from({ length: TENANTS }, (_, tenant) => tenantIdOf(tenant));
      await insert("organization", "id, name, slug, createdAt", "select id, id, id, now() from unnest($1::text[]) id", [
        tenants,
      ]);
    }
    await insert(
      '"user"',
      "id, name, email, emailVerified, createdAt, updatedAt",
      "select id, id, id || '@bench.test', true, now(), now() from unnest($1::text[]) id",
      [ids[0]],
    );
    if (column === "snake") {
      await insert(
        "member",
        "id, organizationId, userId, role, createdAt",
        "select 'member-' || u, t, u, 'owner', now() from unnest($1::text[], $2::text[]) m(u, t)",
        [ids[0], ids[1]],
      );
    } else {
      await client.query(
        "insert into member (user_id, tenant_id) select u, t from unnest($1::text[], $2::text[]) m(u, t)",
        [ids[0], ids[1]],
      );
    }
    const active = column === "snake" ? ", activeOrganizationId" : "";
    await insert(
      "session",
      `id, userId, token, expiresAt, createdAt, updatedAt${active}`,
      `select 'session-' || u, u, token, now() + interval '7 days', now(), now()${active && ", t"}
       from unnest($1::text[], $2::text[], $3::text[]) s(u, t, token)`,
      ids,
    );
    await seedGoals(client, goalsPerUser);
    await client.query("vacuum (analyze)"); // autovacuum would do it while others are measured
  } finally {
    await client.query("set session_replication_role = origin").catch(() => undefined);
    client.release();
  }
}

async function seedGoals(client: pg.PoolClient, goalsPerUser: number): Promise<void> {
  let rows: { id: string; tenant: string; user: string; age: number }[] = [];
  const flush = async () => {
    const columns = [rows.map((r) => r.id), rows.map((r) => r.tenant), rows.map((r) => r.user), rows.map((r) => r.age)];
    await client.query(
      `insert into user_goals (id, tenant_id, user_id, title, description, status, created_at)
       select id, t, u, 'Goal of ' || u, repeat('Step by step. ', 12), 'active', now() - age * interval '1 second'
       from unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) g(id, t, u, age)`,
      columns,
    );
    await client.query(
      `insert into milestones (id, tenant_id, goal_id, title, position)
       select gen_random_uuid(), t, id, 'Milestone ' || position, position
       from unnest($1::uuid[], $2::text[]) g(id, t) cross join generate_series(1, ${MILESTONES_PER_GOAL}) position`,
      columns.slice(0, 2),
    );
    rows = [];
  };
  for (let user = 0; user < USERS; user++) {
    for (let goal = 0; goal < goalsPerUser; goal++) {
      rows.push({ id: goalIdOf(user, goal), tenant: tenantIdOf(user), user: userIdOf(user), age: goal });
    }
    if (rows.length >= INSERTED_AT_ONCE) await flush();
  }
  await flush();
}
