import { expect, it } from "vitest";
import { gather } from "#shared/costs/gathered-records.ts";
import { unpackRecords } from "#shared/costs/usage-pack.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { usageRecordOf } from "#tests/support/usage.ts";

const START_MS = Date.parse("2026-11-20T10:00:00Z");
const idOf = (n: number) => `019a9f00-0000-7000-8000-${String(n).padStart(12, "0")}`;
const kept = (n: number, change: Partial<UsageRecord> = {}): UsageRecord =>
  usageRecordOf({
    id: idOf(n),
    startedAtMs: START_MS + n,
    wallMs: 0.031,
    cpuMs: 0.017,
    sqlStatements: 0,
    sqlMs: 0,
    ...change,
  });
const unpacked = (records: readonly UsageRecord[]) =>
  gather(records)
    .pack()
    .flatMap(unpackRecords)
    .sort((a, b) => (a.id < b.id ? -1 : 1));

it("packs records as one that differ in their times only, and gives each back as it was", () => {
  const records = [kept(1), kept(2, { wallMs: 1.5, logBytes: 401 }), kept(3, { startedAtMs: START_MS + 999 })];
  const packed = gather(records).pack();
  expect(packed).toHaveLength(1);
  expect(packed[0]?.[7]).toBe(1.562); // wall time, of all three
  expect(packed[0]?.[8]).toBe(0.051); // CPU
  expect(packed[0]?.slice(24, 26)).toEqual([3, idOf(3)]);
  expect(unpacked(records)).toEqual(records);
});

it("packs those with SQL so, too, whatever it took each", () => {
  const records = [kept(3, { sqlStatements: 2, sqlMs: 1.25 }), kept(1, { sqlStatements: 2, sqlMs: 40.001 })];
  const packed = gather(records).pack();
  expect(packed).toHaveLength(1);
  expect(packed[0]?.[0]).toBe(idOf(1));
  expect(packed[0]?.slice(10, 12)).toEqual([4, 41.251]); // statements, and their time
  expect(packed[0]?.slice(24, 26)).toEqual([2, idOf(3)]);
  expect(unpacked(records)).toEqual(records.toReversed());
});

it("packs by themselves those of a run, or alone of their kind", () => {
  const records = [
    kept(1),
    kept(2, { tenantId: "acme" }),
    kept(3, { outcome: "client_error" }),
    kept(4, { sqlStatements: 1 }),
    kept(5, { sqlStatements: 2 }),
    kept(6, { executionId: idOf(9) }),
    kept(7, { executionId: idOf(9) }),
    kept(8, { cpuMs: null, cpuEvidence: "not_measured", redisCommands: null }),
    kept(9, { startedAtMs: START_MS + 10_000 }),
  ];
  expect(gather(records).pack()).toHaveLength(9);
  expect(unpacked(records)).toEqual(records);
});

it("keeps what was not counted apart from nothing", () => {
  const uncounted = { cpuMs: null, cpuEvidence: "not_measured", kvReads: null } as const;
  const records = [kept(1, uncounted), kept(2, uncounted), kept(3, { kvReads: 0 })];
  expect(gather(records).pack()).toHaveLength(2);
  expect(unpacked(records)).toEqual(records);
});

it("reads several that were packed before their SQL was", () => {
  const members = `${idOf(1)} 0 12 400;${idOf(2)} 7 5 0;`;
  const old =
    gather([kept(1), kept(2)])
      .pack()[0]
      ?.with(26, members) ?? [];
  expect(unpackRecords(old)).toMatchObject([
    { id: idOf(1), startedAtMs: START_MS + 1, wallMs: 0.012, logBytes: 400, sqlMs: 0 },
    { id: idOf(2), startedAtMs: START_MS + 8, wallMs: 0.005, logBytes: 0, sqlMs: 0 },
  ]);
});

it("reads what was packed before several could be", () => {
  const old = [idOf(1), "api", "http", null, null, "ok", START_MS, 12, 3, "measured", 3, 1.25, 0, 0, 0, 400];
  const { queueOperations, redisCommands, ...rest } = unpackRecords(old)[0] as UsageRecord;
  expect([queueOperations, redisCommands]).toEqual([null, null]);
  expect(rest).toMatchObject({ id: idOf(1), startedAtMs: START_MS, wallMs: 12, sqlStatements: 3, logBytes: 400 });
});
