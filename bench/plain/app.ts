import { betterAuth } from "better-auth";
import { Hono } from "hono";
import type pg from "pg";

export interface PlainOptions {
  pool: pg.Pool;
  secret: string;
  /** Told of every change, in the request that made it. */
  webhookUrl: string;
}

/** Requests that a user may make in a minute. */
const LIMIT_PER_MINUTE = 1_000_000;

export const createPlainAuth = (pool: pg.Pool, secret: string) =>
  betterAuth({
    database: pool,
    secret,
    baseURL: "http://127.0.0.1",
    emailAndPassword: { enabled: true },
    logger: { disabled: true },
  });

/**
 * The endpoints as a good team writes them first: better-auth with its sessions in the database, a counter per user, one
 * SQL statement for each thing that is loaded, no cache, and the webhook called in the request.
 */
export function createPlain({ pool, secret, webhookUrl }: PlainOptions) {
  const auth = createPlainAuth(pool, secret);
  const counts = new Map<string, { minute: number; count: number }>();
  const app = new Hono<{ Variables: { userId: string; tenantId: string } }>();

  app.use(async (c, next) => {
    const session = await auth.api.getSession({ headers: c.req.raw.headers });
    if (!session) return c.json({ error: "unauthenticated" }, 401);
    const { rows } = await pool.query<{ tenant_id: string }>("select tenant_id from member where user_id = $1", [
      session.user.id,
    ]);
    const tenantId = rows[0]?.tenant_id;
    if (tenantId === undefined) return c.json({ error: "no tenant" }, 403);
    if (!admit(session.user.id)) return c.json({ error: "too many requests" }, 429);
    c.set("userId", session.user.id);
    c.set("tenantId", tenantId);
    await next();
  });

  function admit(userId: string): boolean {
    const minute = Math.floor(Date.now() / 60_000);
    const counted = counts.get(userId);
    if (counted?.minute !== minute) counts.set(userId, { minute, count: 1 });
    else counted.count += 1;
    return (counts.get(userId)?.count ?? 0) <= LIMIT_PER_MINUTE;
  }

  const goalOf = async (tenantId: string, id: string) =>
    (await pool.query("select * from user_goals where tenant_id = $1 and id = $2", [tenantId, id])).rows[0];
  const milestonesOf = async (goalId: string) =>
    (await pool.query("select * from milestones where goal_id = $1 order by position", [goalId])).rows;

  app.get("/me", (c) => c.json({ userId: c.get("userId"), tenantId: c.get("tenantId") }));

  app.get("/v1/goals/:id", async (c) => {
    const goal = await goalOf(c.get("tenantId"), c.req.param("id"));
    if (!goal) return c.json({ error: "not found" }, 404);
    return c.json({ ...goal, milestones: await milestonesOf(goal.id) });
  });

  app.get("/v1/goals", async (c) => {
    const { rows } = await pool.query(
      "select * from user_goals where tenant_id = $1 and user_id = $2 order by created_at desc, id desc limit 20",
      [c.get("tenantId"), c.get("userId")],
    );
    const items = await Promise.all(rows.map(async (goal) => ({ ...goal, milestones: await milestonesOf(goal.id) })));
    return c.json({ items });
  });

  app.patch("/v1/goals/:id", async (c) => {
    const { title } = await c.req.json<{ title: string }>();
    const { rows } = await pool.query(
      `update user_goals set title = $3, version = version + 1, updated_at = now()
       where tenant_id = $1 and id = $2 returning *`,
      [c.get("tenantId"), c.req.param("id"), title],
    );
    if (!rows[0]) return c.json({ error: "not found" }, 404);
    const told = await fetch(webhookUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "goal.updated", data: rows[0] }),
    });
    await told.arrayBuffer();
    return c.json(rows[0]);
  });

  return app;
}
