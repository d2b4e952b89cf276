import { describe, expect, it } from "vitest";
import type { LeasedMessage } from "#hosts/running/queue/message.ts";
import { all, gate, ONE_BY_ONE, openQueueBench } from "./fixture.ts";

const WIDE = { ...ONE_BY_ONE, concurrency: 5 };

const eventIds = (messages: LeasedMessage[]): string[] =>
  messages.map(({ body }) => (body as { eventId: string }).eventId); // safe: these tests send events only

describe("order per subject", () => {
  it("hands over the versions of a subject one after another, without a pause between them", async () => {
    const bench = await openQueueBench();
    const names = new Map<string, string>();
    for (const version of [3, 1, 5, 2, 4]) {
      for (const subject of ["goals/a", "goals/b"]) {
        names.set(await bench.insertOrdered(subject, version), `${subject}@${version}`);
      }
    }
    const seen: string[] = [];
    await bench.start({
      settings: WIDE,
      async handle(messages) {
        seen.push(...eventIds(messages).map((id) => names.get(id) ?? ""));
        return all(messages, { outcome: "ack" });
      },
    });
    await expect.poll(() => seen.length, { timeout: 4000 }).toBe(10);
    for (const subject of ["goals/a", "goals/b"]) {
      expect(seen.filter((name) => name.startsWith(subject))).toEqual(
        [1, 2, 3, 4, 5].map((version) => `${subject}@${version}`),
      );
    }
  });

  it("does not hand over the next while the one before is in a handler or waits to be tried again", async () => {
    const bench = await openQueueBench();
    const { opened, open } = gate();
    const first = await bench.insertOrdered("goals/a", 1);
    const second = await bench.insertOrdered("goals/a", 2);
    const other = await bench.insertOrdered("goals/b", 1);
    const seen: string[] = [];
    await bench.start({
      settings: WIDE,
      async handle(messages) {
        const ids = eventIds(messages);
        seen.push(...ids);
        if (ids.includes(first) && seen.filter((id) => id === first).length === 1) {
          await opened;
          return all(messages, { outcome: "retry", delayMs: 1500 });
        }
        return all(messages, { outcome: "ack" });
      },
    });
    await expect.poll(() => seen.toSorted()).toEqual([first, other].toSorted());
    const late = await bench.insertOrdered("goals/b", 2); // shows that the engine goes on meanwhile
    await expect.poll(() => seen).toContain(late);
    expect(seen).not.toContain(second);
    open();
    await expect.poll(() => seen.at(-1), { timeout: 5000 }).toBe(second);
    expect(seen.lastIndexOf(first)).toBeLessThan(seen.indexOf(second));
  });

  it("goes on with the next when the one before is given up", async () => {
    const bench = await openQueueBench();
    const first = await bench.insertOrdered("goals/a", 1);
    const second = await bench.insertOrdered("goals/a", 2);
    const seen: unknown[] = [];
    await bench.start({
      async handle(messages) {
        seen.push(messages[0]?.body);
        return all(messages, seen.length === 1 ? { outcome: "dead", reason: "bad" } : { outcome: "ack" });
      },
    });
    await expect.poll(() => seen).toEqual([{ eventId: first }, { eventId: second }]);
  });

  it("does not tire of a subject with thousands of versions in front of others", async () => {
    const bench = await openQueueBench();
    await bench.pool.query(
      `insert into outbox (queue, event_id, subject, subject_version) select 'jobs', uuidv7(), 'goals/busy', i from generate_series(1, 5000) i`,
    );
    const quiet = await bench.insertOrdered("goals/quiet", 1);
    const { opened, open } = gate();
    const seen: string[] = [];
    await bench.start({
      settings: WIDE,
      async handle(messages) {
        seen.push(...eventIds(messages));
        if (!eventIds(messages).includes(quiet)) await opened;
        return all(messages, { outcome: "ack" });
      },
    });
    await expect.poll(() => seen, { timeout: 5000 }).toContain(quiet);
    expect(seen).toHaveLength(2);
    open();
  });
});
