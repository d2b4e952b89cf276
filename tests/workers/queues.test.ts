import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOverQstash } from "./start-over-qstash.ts";
import { eventually, type RunningWorkers, startWorkers } from "./start-workers.ts";

const rootDir = join(import.meta.dirname, "fixture");
let probe: RunningWorkers;

async function startFollowing(): Promise<RunningWorkers> {
  const workers = await startOverQstash({ rootDir });
  workers.qstash.follow();
  return workers;
}

const startedBy = (start: () => Promise<RunningWorkers>) => {
  beforeAll(async () => {
    probe = await start();
    await probe.pool.query(
      "create table tries (job text not null, attempts int not null, at timestamptz default clock_timestamp())",
    );
  }, 120_000);
  afterAll(() => probe?.close());
};

const send = (job: string, fails: string, delaySeconds = 0) =>
  probe.fetch("/probe/job", { method: "POST", body: JSON.stringify({ job, fails, delaySeconds }) });

const rowsOf = async (statement: string, ...values: unknown[]) => (await probe.pool.query(statement, values)).rows;
const triesOf = async (job: string): Promise<number[]> =>
  (await rowsOf("select attempts from tries where job = $1 order by at", job)).map(({ attempts }) => attempts);
const emptied = () =>
  eventually(async () => ((await rowsOf("select 1 from outbox")).length === 0 ? true : undefined), 30_000);

describe.each([
  ["Cloudflare Queues", () => startWorkers({ rootDir })],
  ["QStash", startFollowing],
])("a queued message over %s", (_, start) => {
  startedBy(start);

  it("is handled once and leaves the outbox", async () => {
    expect((await send("plain", "never")).status).toBe(202);
    await emptied();
    expect(await triesOf("plain")).toEqual([1]);
  });

  it("is tried again when its handler throws", async () => {
    await send("shaky", "once");
    await emptied();
    expect(await triesOf("shaky")).toEqual([1, 2]);
  });

  it("becomes a dead letter after its last attempt", async () => {
    await send("broken", "always");
    await emptied();
    expect(await triesOf("broken")).toEqual([1, 2]);
    expect(
      await rowsOf("select queue, reason, detail, attempts from dead_letters where body->>'job' = 'broken'"),
    ).toEqual([{ queue: "jobs", reason: "attempts_exhausted", detail: "told to fail", attempts: 2 }]);
  });

  it("becomes a dead letter at once for a PermanentError", async () => {
    await send("hopeless", "for good");
    await emptied();
    expect(await triesOf("hopeless")).toEqual([1]);
    expect(await rowsOf("select reason, attempts from dead_letters where body->>'job' = 'hopeless'")).toEqual([
      { reason: "no_use", attempts: 1 },
    ]);
  });

  it("comes back without a spent attempt when its handler asks for time", async () => {
    await send("patient", "asks for time");
    await emptied();
    expect(await triesOf("patient")).toEqual([1, 1]);
  });

  it("waits for its delay, to the second", async () => {
    const sentAtMs = Date.now();
    await send("later", "never", 2);
    await emptied();
    const [row] = await rowsOf("select at from tries where job = 'later'");
    expect(row.at.getTime() - sentAtMs).toBeGreaterThanOrEqual(2_000);
    expect(row.at.getTime() - sentAtMs).toBeLessThan(15_000);
  });

  it("is relayed by the sweep when its ticket was lost, its attempt unspent", async () => {
    await probe.pool.query(`insert into outbox (queue, body, attempts, leased_by, available_at)
      values ('jobs', '{"job": "lost", "fails": "never"}', 1, 0, now() - interval '1 second')`);
    await probe.tick("relay");
    await emptied();
    expect(await triesOf("lost")).toEqual([1]);
  });

  it("is given up when the invocations that held it ended without a word", async () => {
    await probe.pool.query(`insert into outbox (queue, body, attempts, leased_by, available_at)
      values ('jobs', '{"job": "killer", "fails": "never"}', 2, 77, now() - interval '1 second')`);
    await probe.tick("relay");
    await emptied();
    expect(await triesOf("killer")).toEqual([]);
    expect(await rowsOf("select reason, attempts from dead_letters where body->>'job' = 'killer'")).toEqual([
      { reason: "attempts_exhausted", attempts: 3 },
    ]);
  });
});

describe("on Cloudflare Queues", () => {
  startedBy(() => startWorkers({ rootDir }));

  it("gives the queue the batch, the wait and the concurrency that the observer exports", () => {
    const observer = probe.workers.find(({ plan }) => plan.script === "probe-do-job");
    expect(observer?.config).toMatchObject({
      queues: { consumers: [{ queue: "probe-jobs", max_batch_size: 5, max_batch_timeout: 0, max_concurrency: 4 }] },
    });
  });

  describe("a handler's env", () => {
    it("holds what the manifest declares, and none of the host's own bindings", async () => {
      expect(await (await probe.fetch("/probe/env")).json()).toEqual([
        "_raindrop",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "GREETER",
        "HOOKS_URL",
        "JOBS",
        "LOG_LEVEL",
        "NOTES",
        "PUBLIC_URL",
        "QSTASH_CURRENT_SIGNING_KEY",
        "QSTASH_NEXT_SIGNING_KEY",
        "QSTASH_TOKEN",
        "QSTASH_URL",
        "QUEUES",
        "RAINWIRE_SECRET",
        "TICKETS_URL",
      ]);
    });

    it("holds KV namespaces in the framework's shape", async () => {
      expect(await (await probe.fetch("/probe/notes")).json()).toEqual({
        a: { n: 1 },
        withMetadata: { value: '{"n":1}', metadata: { by: "probe" } },
        list: { keys: [{ name: "a", metadata: { by: "probe" } }], isComplete: false, cursor: expect.any(String) },
        missing: null,
      });
    });

    it("holds stubs of other services: their methods and their fetch", async () => {
      expect(await (await probe.fetch("/probe/greeting")).text()).toBe("Hello you, says probe");
      expect(await (await probe.fetch("/probe/through")).text()).toBe("greeter was asked for /some/path");
    });
  });

  it("ticks a task on its cron expression", async () => {
    await probe.tick("count-minute");
    expect(await triesOf("scheduled * * * * *")).toEqual([1]);
  });

  it("packs a usage record of each invocation through the Tail consumer, its CPU not measured here", async () => {
    const record = await eventually(async () => {
      const rows = await rowsOf(
        "select r from usage_packs cross join lateral jsonb_array_elements(records) as r where r->>1 = 'count-minute'",
      );
      return rows[0]?.r as unknown[] | undefined;
    });
    expect(record.slice(1, 6)).toEqual(["count-minute", "tick", null, null, "ok"]);
    expect(record.slice(8, 10)).toEqual([null, "not_measured"]);
  });
});
