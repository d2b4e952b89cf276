import type pg from "pg";
import { waitAt } from "#shared/batching/load-counts.ts";
import { DEFAULT_SETTINGS } from "#shared/batching/settings.ts";
import { say } from "../processes/say.ts";
import type { Contender } from "./contender.ts";
import { describeFigures, type Figures, measure, warm } from "./measure.ts";
import { OPERATOR } from "./people.ts";
import type { Stage } from "./stage.ts";

const CONNECTIONS = 64;
const ALONE = { budgetMs: 0, mostKeys: 1 };
/** `no-store` has an answer read for the one who asks, and kept for nobody. */
const UNCACHED = "cache-control: no-store\r\n";

/** Ways in which Rainwire can be asked. */
export const WAYS = {
  "as it comes": { settings: DEFAULT_SETTINGS, readHeaders: "" },
  "no load waits for company": { settings: ALONE, readHeaders: "" },
  "nor is an answer kept": { settings: ALONE, readHeaders: UNCACHED },
} as const;
export type Way = keyof typeof WAYS;

export interface CompanyFigures {
  way: Way;
  rounds: readonly Figures[];
  /** What a share of the loads waited for company at most, in steps of half a ms; null: there was none. */
  waitP50Ms: number | null;
  waitP99Ms: number | null;
}

/** The mixed load with and without what saves statements, in turn. */
export async function measureCompany(
  stage: Stage,
  rainwire: Contender,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<CompanyFigures[]> {
  const { pool } = rainwire;
  if (!pool) throw new Error("It has no database to ask.");
  const found = new Map<Way, { figures: Figures[]; waits: number[] }>();
  await stage.turn(rainwire, async () => {
    const [operator = ""] = (await rainwire.signIn()).slice(OPERATOR);
    const ops = openOps(rainwire.port, operator);
    await warm(stage, rainwire, "mixed load", seconds);
    for (let round = 0; round < rounds; round++) {
      for (const [way, { settings, readHeaders }] of Object.entries(WAYS) as [Way, (typeof WAYS)[Way]][]) {
        await ops("PUT", "/ops/v1/batching/settings", { ...settings, reason: "a bench" });
        await ops("GET", "/ops/v1/batching"); // has it write down what it counted
        const before = await readWaits(pool);
        const input = { name: "mixed load", connections: CONNECTIONS, seconds, readHeaders } as const;
        const figures = await measure(stage, rainwire, input);
        await ops("GET", "/ops/v1/batching");
        const waited = (await readWaits(pool)).map((count, i) => count - (before[i] ?? 0));
        const known = found.get(way) ?? { figures: [], waits: [] };
        known.figures.push(figures);
        known.waits = waited.map((count, i) => count + (known.waits[i] ?? 0));
        found.set(way, known);
        say(describeFigures(`${rainwire.name}, ${way}`, figures));
      }
    }
    await ops("PUT", "/ops/v1/batching/settings", { ...DEFAULT_SETTINGS, reason: "a bench" });
  });
  return [...found].map(([way, { figures, waits }]) => ({
    way,
    rounds: figures,
    waitP50Ms: waitAt({ waits }, 0.5),
    waitP99Ms: waitAt({ waits }, 0.99),
  }));
}

function openOps(port: number, headerLine: string) {
  const authorization = headerLine.slice(headerLine.indexOf(":") + 1).trim();
  return async (method: "GET" | "PUT", path: string, body?: object): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${await answer.text()}`);
  };
}

/** How many loads have waited how long until now, in half milliseconds. */
async function readWaits(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query<{ count: number }>(
    `select sum(count)::float8 as count from load_counts, unnest(waits) with ordinality as w(count, step)
     group by step order by step`,
  );
  return rows.map(({ count }) => count);
}
