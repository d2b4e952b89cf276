import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";

const GOALS = 200;
const WRITERS = 16;
/** Of the changes this share is asked of the hosts, the one and the other. */
const API_SHARE = 0.3;
/** Writing waits while so many changes have not had their effects. */
const MOST_AHEAD = 500;
const PAUSE_MS = 100;
const ANSWER_MS = 5_000;

export interface WriteOptions {
  pool: pg.Pool;
  hostUrls: readonly string[];
  apiKey: string;
  tenantId: string;
  events: number;
  dice: () => number;
  /** Changes that have had an effect. */
  effectCount(): number;
  isOver(): boolean;
}

export interface Written {
  bySql: number;
  byApi: number;
  /** Asked again since no answer, or no good one, came. */
  repeats: number;
  /** `goals/<id> <version>` of every change that was acknowledged: by COMMIT's answer, or by a host's. */
  acknowledged: Set<string>;
  isDone: boolean;
}

/** Changes goals, each change until it is acknowledged: one whose acknowledgement was lost is made again, as another. */
export async function writeChanges(options: WriteOptions, written: Written): Promise<void> {
  const { pool, tenantId, events, dice, effectCount, isOver } = options;
  const { rows } = await pool.query<{ id: string }>(
    `insert into user_goals (id, tenant_id, user_id, title)
     select gen_random_uuid(), $1, 'chaos', 'Goal ' || n from generate_series(1, $2::int) n returning id`,
    [tenantId, GOALS],
  );
  let left = events;
  const work = async () => {
    while (left > 0 && !isOver()) {
      left -= 1;
      while (written.bySql + written.byApi - effectCount() > MOST_AHEAD && !isOver()) await delay(PAUSE_MS);
      const goal = rows[Math.floor(dice() * rows.length)]?.id ?? "";
      const isByApi = dice() < API_SHARE;
      const hostUrl = options.hostUrls[Math.floor(dice() * options.hostUrls.length)] ?? "";
      const change = () => (isByApi ? changeByApi(options, hostUrl, goal) : changeBySql(pool, goal));
      let version = await change();
      while (version === undefined && !isOver()) {
        written.repeats += 1;
        await delay(PAUSE_MS);
        version = await change();
      }
      if (version === undefined) return;
      written.acknowledged.add(`goals/${goal} ${version}`);
      written[isByApi ? "byApi" : "bySql"] += 1;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
  written.isDone = true;
}

/** @returns the goal's new version, or undefined when PostgreSQL did not acknowledge it */
async function changeBySql(pool: pg.Pool, goal: string): Promise<number | undefined> {
  try {
    const { rows } = await pool.query<{ version: number }>(
      "update user_goals set title = $2 where id = $1 returning version",
      [goal, randomUUID()],
    );
    return rows[0]?.version;
  } catch {
    return undefined;
  }
}

/** @throws when the host refuses it for another reason than that something is away */
async function changeByApi({ apiKey }: WriteOptions, hostUrl: string, goal: string): Promise<number | undefined> {
  const response = await fetch(`${hostUrl}/v1/goals/${goal}`, {
    method: "PATCH",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ title: randomUUID() }),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => undefined);
  const text = await response?.text().catch(() => undefined);
  if (response === undefined || text === undefined || response.status >= 500) return undefined;
  if (response.status !== 200) throw new Error(`A change of a goal was refused with ${response.status}: ${text}`);
  const { version } = JSON.parse(text) as { version: number }; // safe: the host's own JSON
  return version;
}
