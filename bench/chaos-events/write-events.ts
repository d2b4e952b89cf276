import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

const GOALS = 200;
/** Of the driving events this share comes by `goal.update`, two at a time: the action's and its goal's. */
const VERB_SHARE = 0.2;
const VERBS_IN_FLIGHT = 4;
/** Writing waits while so many events have no effect yet. */
const MOST_AHEAD = 1_000;
const PAUSE_MS = 20;

export interface WriteOptions {
  /** Any client of the database: nothing of Rainwire's is in its way. */
  client: pg.Client;
  hostUrl: string;
  apiKey: string;
  tenantId: string;
  events: number;
  dice: () => number;
  effectCount(): number;
}

export interface Written {
  byPlainSql: number;
  byVerb: number;
  verbRepeats: number;
  isDone: boolean;
}

/** Writes the goals, then changes them: by plain SQL, and by actions that are asked again until they are answered. */
export async function writeEvents(options: WriteOptions, written: Written): Promise<void> {
  const goals = await insertGoals(options);
  const verbs = Math.floor((options.events * VERB_SHARE) / 2);
  const changes = options.events - verbs * 2;
  await Promise.all([updateBySql(options, written, goals, changes), updateByVerb(options, written, goals, verbs)]);
  written.isDone = true;
}

async function insertGoals({ client, tenantId }: WriteOptions): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `insert into user_goals (id, tenant_id, user_id, title)
     select gen_random_uuid(), $1, 'chaos', 'Goal ' || n from generate_series(1, $2::int) n returning id`,
    [tenantId, GOALS],
  );
  return rows.map(({ id }) => id);
}

async function room({ effectCount }: WriteOptions, written: Written): Promise<void> {
  while (written.byPlainSql + written.byVerb - effectCount() > MOST_AHEAD) await delay(PAUSE_MS);
}

/** One change a statement as a rule; now and then one statement changes many goals, or one transaction one goal often. */
async function updateBySql(options: WriteOptions, written: Written, goals: string[], changes: number): Promise<void> {
  const { client, dice } = options;
  const any = () => goals[Math.floor(dice() * goals.length)] ?? "";
  for (let left = changes; left > 0; ) {
    await room(options, written);
    const kind = dice();
    const many = Math.min(left, 1 + Math.floor(dice() * 10));
    let count = 1;
    if (kind < 0.05) {
      const chosen = [...new Set(Array.from({ length: many }, any))];
      await client.query("update user_goals set title = $2 where id = any ($1::uuid[])", [chosen, randomUUID()]);
      count = chosen.length;
    } else if (kind < 0.1) {
      const goal = any();
      await client.query("begin");
      for (let i = 0; i < many; i++) await change(client, goal);
      await client.query("commit");
      count = many;
    } else await change(client, any());
    written.byPlainSql += count;
    left -= count;
  }
}

const change = (client: pg.Client, goal: string) =>
  client.query("update user_goals set title = $2 where id = $1", [goal, randomUUID()]);

async function updateByVerb(options: WriteOptions, written: Written, goals: string[], verbs: number): Promise<void> {
  let left = verbs;
  const paceEvery = (options.events - verbs * 2) / Math.max(verbs, 1);
  const work = async () => {
    while (left > 0) {
      left -= 1;
      // Spread evenly beside the plain SQL.
      while (written.byPlainSql < (verbs - left - 1) * paceEvery && left > 0) await delay(PAUSE_MS);
      await room(options, written);
      await submit(options, written, goals[Math.floor(options.dice() * goals.length)] ?? "");
      written.byVerb += 2;
    }
  };
  await Promise.all(Array.from({ length: VERBS_IN_FLIGHT }, work));
}

async function submit({ hostUrl, apiKey }: WriteOptions, written: Written, goalId: string): Promise<void> {
  const request = {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json", "idempotency-key": randomUUID() },
    body: JSON.stringify({ action: "goal.update", data: { goalId, description: randomUUID() } }),
  };
  for (;;) {
    const response = await fetch(`${hostUrl}/v2/unified`, { ...request, signal: AbortSignal.timeout(5_000) }).catch(
      () => undefined,
    );
    const text = await response?.text().catch(() => undefined);
    if (response?.status === 202 && text !== undefined) return;
    if (response !== undefined && text !== undefined && response.status < 500)
      throw new Error(`goal.update was refused with ${response.status}: ${text}`);
    written.verbRepeats += 1;
    await delay(100);
  }
}
