import { afterAll, beforeAll, expect, it } from "vitest";
import type { Host } from "#hosts/node/start-host.ts";
import { tellDigest } from "#shared/batching/digest.ts";
import { sql } from "#shared/database/sql.ts";
import { eventually } from "#tests/support/n8n.ts";
import { type N8nHost, shippedWorkflow, startN8nHost } from "#tests/support/n8n-host.ts";

/** The window of read coalescing, tuned through the real n8n, a real host and a real PostgreSQL. */
const HOUR_MS = 3_600_000;

let world: N8nHost;
let host: Host;

beforeAll(async () => {
  world = await startN8nHost([shippedWorkflow("api-batching")]);
  host = world.host;
});
afterAll(() => world?.close());

const db = () => host.instance.database;

interface Run {
  status: string;
  result: { decision: string; why: string; budgetMs: object; saved: { loads: number; statements: number } } | null;
  errorMessage: string | null;
}

/** Counts an hour's loads, tells its digest as the clock would, and gives the run that it drove, once it has ended. */
async function digest(hoursAhead: number, { statements, waitBucket }: { statements: number; waitBucket: number }) {
  const nowMs = Date.now() + hoursAhead * HOUR_MS;
  const waits = Array.from({ length: 33 }, (_, i) => (i === waitBucket ? 2000 : 0));
  await db().query(sql`insert into load_counts (hour, kind, route, loads, equal, statements, waits)
    values (date_trunc('hour', ${new Date(nowMs - HOUR_MS)}::timestamptz), 'goals', 'getGoal', 2000, 10, ${statements}, ${waits}::bigint[])`);
  const cause = { actor: "system:test", traceparent: "" };
  expect(await tellDigest({ db: db(), clock: () => nowMs }, cause)).toBe(true);
  expect(await tellDigest({ db: db(), clock: () => nowMs }, cause)).toBe(false);
  const since = new Date(Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS).toISOString();
  return await eventually(
    "the run to end",
    async () => {
      const [run] = await db().query(sql<Run>`select status, result, error_message from workflow_executions
        where trigger = 'batching.digest_ready' and payload ->> 'since' = ${since}
          and status in ('succeeded', 'failed', 'timed_out')`);
      return run;
    },
    90_000,
  );
}

it("narrows the window when loads waited longer than was promised, in the running process", async () => {
  const run = await digest(0, { statements: 300, waitBucket: 11 });
  expect(run).toMatchObject({
    status: "succeeded",
    result: {
      decision: "narrow",
      why: "The slowest hundredth of goals waited 6 ms or longer; 5 ms are allowed.",
      budgetMs: { before: 5, after: 3.75 },
      saved: { loads: 2000, statements: 300 },
    },
  });
  expect(host.instance.batching?.coalescer.settings.budgetMs).toBe(3.75);
  const report = await fetch(`${host.url}/ops/v1/batching`, {
    headers: world.asOperator,
  });
  expect(await report.json()).toMatchObject({
    settings: { budgetMs: 3.75, setBy: expect.stringMatching(/^execution:/), reason: run.result?.why },
  });
});

it("widens it when too little was saved and there is room, and else leaves it", async () => {
  expect(await digest(1, { statements: 1500, waitBucket: 3 })).toMatchObject({
    status: "succeeded",
    result: { decision: "widen", budgetMs: { before: 3.75, after: 5 } },
  });
  expect(await digest(2, { statements: 200, waitBucket: 3 })).toMatchObject({
    status: "succeeded",
    result: { decision: "none", budgetMs: { before: 5, after: 5 } },
  });
  expect(host.instance.batching?.coalescer.settings.budgetMs).toBe(5);
});

it("fails with the reason when the change is refused, and the window stays", async () => {
  await db().query(
    sql`update workflow_mappings set operations = '["run:batching.read"]' where workflow_id = 'api-batching'`,
  );
  expect(await digest(3, { statements: 300, waitBucket: 11 })).toMatchObject({
    status: "failed",
    errorMessage: "Set Window was refused (403): This operation needs the scope run:batching.tune.",
  });
  expect(host.instance.batching?.coalescer.settings.budgetMs).toBe(5);
});
