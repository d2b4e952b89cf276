import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { largestRemainder } from "#shared/costs/ledger/largest-remainder.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { putReadings } from "#shared/costs/ledger/readings.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import { CLOUDFLARE, type LedgerFixture, openLedger, PERIOD, usageAt } from "#tests/support/ledger.ts";

async function price({ db }: LedgerFixture) {
  await rollUpUsage(db);
  return await pricePeriod(db, PERIOD, { cause: "recompute", actor: "test" });
}

const linesOf = async ({ pool }: LedgerFixture, meter: string, columns: string) =>
  (
    await pool.query({
      text: `select ${columns} from cost_lines where meter = $1 order by position`,
      values: [meter],
      rowMode: "array",
    })
  ).rows;

/** Everything that was priced, without the ids of runs and cells. */
async function ledgerText({ pool }: LedgerFixture): Promise<string> {
  const charges = await pool.query("select to_jsonb(c) - 'run_id' - 'created_at' as r from cost_charges c order by id");
  const lines = await pool.query("select to_jsonb(l) - 'cell_id' as r from cost_lines l order by charge_id, position");
  const rollups = await pool.query("select to_jsonb(l) as r from cost_rollups l order by 1");
  const runs = await pool.query("select to_jsonb(l) as r from run_costs l order by 1");
  return JSON.stringify([charges.rows, lines.rows, rollups.rows, runs.rows]);
}

/** 4 requests of acme in the first half of October, 2 of globex in the second: enough CPU to be billed. */
const RECORDS: UsageRecord[] = [
  ...[1, 2, 3, 4].map((day) => usageAt(`2026-10-0${day}T10:00:00Z`, { cpuMs: 10_000_000 })),
  ...[20, 21].map((day) => usageAt(`2026-10-${day}T10:00:00Z`, { tenantId: "globex", cpuMs: 20_000_000 })),
];

describe("a priced period", () => {
  it("shares each line of the invoice out so that its rows sum to it exactly", async () => {
    const ledger = await openLedger();
    await ledger.pack(RECORDS);
    const priced = await price(ledger);
    expect(priced).toMatchObject({ charges: 3, lines: 18 });
    const { rows } = await ledger.pool.query({
      text: "select meter, used, billable, amount, billed_cost, list_cost from cost_charges order by meter",
      rowMode: "array",
    });
    expect(rows).toEqual([
      ["cpu-ms", "80000000", "50000000", "1.00", "1", "1.6"], // 80 million ms, 30 million of them free, 0.02 a million
      ["requests", "6", "0", "0.00", "0", "0.0000018"],
      ["subscription", "1", "1", "5.00", "5", "0"],
    ]);
    expect(await linesOf(ledger, "cpu-ms", "day, tenant_id, evidence, quantity, list_cost, effective_cost")).toEqual([
      ["2026-10-01", "acme", "metered", "10000000", "0.2", "0.125"],
      ["2026-10-02", "acme", "metered", "10000000", "0.2", "0.125"],
      ["2026-10-03", "acme", "metered", "10000000", "0.2", "0.125"],
      ["2026-10-04", "acme", "metered", "10000000", "0.2", "0.125"],
      ["2026-10-20", "globex", "metered", "20000000", "0.4", "0.25"],
      ["2026-10-21", "globex", "metered", "20000000", "0.4", "0.25"],
    ]);
    expect(await linesOf(ledger, "subscription", "evidence, list_cost, effective_cost")).toEqual([
      ["flat", "0", "0.833333333333334"], // 5.00 by invocations; the two units left over go to the first rows
      ["flat", "0", "0.833333333333334"],
      ["flat", "0", "0.833333333333333"],
      ["flat", "0", "0.833333333333333"],
      ["flat", "0", "0.833333333333333"],
      ["flat", "0", "0.833333333333333"],
    ]);
    for (const table of [
      "cost_lines",
      "cost_rollups where dimension = 'tenant'",
      "cost_rollups where dimension = 'meter'",
    ]) {
      const [from = "", where] = table.split(" where ");
      expect(await ledger.sum("effective_cost", from, where)).toBe("6");
    }
  });

  it("gives the allowance to whoever came first, where the account says so", async () => {
    const ledger = await openLedger([{ ...CLOUDFLARE, spread: "first_come" }]);
    await ledger.pack(RECORDS);
    await price(ledger);
    expect(await linesOf(ledger, "cpu-ms", "day, effective_cost")).toEqual([
      ["2026-10-01", "0"],
      ["2026-10-02", "0"],
      ["2026-10-03", "0"],
      ["2026-10-04", "0.2"],
      ["2026-10-20", "0.4"],
      ["2026-10-21", "0.4"],
    ]);
  });

  it("leaves allowance and fee on lines of their own, where the account says so", async () => {
    const ledger = await openLedger([{ ...CLOUDFLARE, spread: "unallocated" }]);
    await ledger.pack(RECORDS);
    await price(ledger);
    expect(await linesOf(ledger, "cpu-ms", "tenant_id, is_allocated, list_cost, effective_cost")).toEqual([
      ...Array.from({ length: 4 }, () => ["acme", true, "0.2", "0.2"]),
      ...Array.from({ length: 2 }, () => ["globex", true, "0.4", "0.4"]),
      [null, false, "0", "-0.6"],
    ]);
    expect((await linesOf(ledger, "subscription", "tenant_id, is_allocated, effective_cost")).at(-1)).toEqual([
      null,
      false,
      "5",
    ]);
    expect(await ledger.sum("effective_cost", "cost_lines")).toBe("6");
  });

  it("is written anew without a change when nothing has changed, and the same from any cut of the records", async () => {
    const first = await openLedger();
    await first.pack(RECORDS);
    const priced = await price(first);
    const text = await ledgerText(first);
    const again = await price(first);
    expect(again).toMatchObject({ inputHash: priced.inputHash, outputHash: priced.outputHash, changed: 0 });
    expect(await ledgerText(first)).toBe(text);

    const second = await openLedger();
    for (const record of [...RECORDS].reverse()) {
      await second.pack([record]);
      await price(second);
    }
    expect(await ledgerText(second)).toBe(text);
    expect((await price(second)).outputHash).toBe(priced.outputHash);
  });

  it("shares out in SQL as largestRemainder does", async () => {
    const weights = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(weights, async (cpu) => {
        const ledger = await openLedger();
        await ledger.pack(
          cpu.map((cpuMs, i) =>
            usageAt("2026-10-15T10:00:00Z", { tenantId: `t${String(i).padStart(2, "0")}`, cpuMs: 40_000_000 + cpuMs }),
          ),
        );
        await price(ledger);
        const lines = await linesOf(ledger, "cpu-ms", "effective_cost * 1000000000000000");
        const [[billed = ""] = []] = (
          await ledger.pool.query({
            text: "select trim_scale(billed_cost * 1000000000000000)::text from cost_charges where meter = 'cpu-ms'",
            rowMode: "array",
          })
        ).rows;
        const expected = largestRemainder(
          BigInt(billed),
          cpu.map((cpuMs) => BigInt(40_000_000 + cpuMs)),
        );
        expect(lines.map(([femto]) => BigInt(String(femto).split(".")[0] ?? ""))).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it("shares a quantity that was read elsewhere out by what is counted, as allocated", async () => {
    const ledger = await openLedger([{ id: "neon", name: "Neon", cards: ["neon/launch"] }]);
    await ledger.pack([
      usageAt("2026-10-01T00:00:00Z", { sqlMs: 3 }),
      usageAt("2026-10-01T00:00:00Z", { tenantId: "globex", sqlMs: 1 }),
    ]);
    const reading = {
      accountId: "neon",
      card: "neon/launch",
      meter: "compute",
      fromDay: "2026-10-01",
      toDay: "2026-11-01",
      quantity: "100",
      evidence: "metered",
      source: "the console",
    } as const;
    await putReadings(ledger.db, [reading], "test");
    await price(ledger);
    expect(await linesOf(ledger, "compute", "tenant_id, evidence, quantity, list_cost, effective_cost")).toEqual([
      ["acme", "allocated", "75", "7.95", "7.95"],
      ["globex", "allocated", "25", "2.65", "2.65"],
    ]);
    expect(
      await linesOf(ledger, "storage", "tenant_id, evidence, is_allocated, quantity, list_cost, effective_cost"),
    ).toEqual([[null, "unknown", false, null, null, null]]);
  });

  it("drops the rows of an account that is gone, and prices only what an account pays for", async () => {
    const ledger = await openLedger([
      CLOUDFLARE,
      { id: "redis", name: "Redis", cards: ["upstash/redis-payg"], hosts: ["node"] },
    ]);
    await ledger.pack([usageAt("2026-10-01T00:00:00Z", { redisCommands: 1000 })]);
    await price(ledger);
    expect(await ledger.sum("1", "cost_lines", "meter = 'commands'")).toBeNull(); // it was on Workers
    await putAccount(
      ledger.db,
      { id: "redis", name: "Redis", cards: ["upstash/redis-payg"], hosts: ["workers"] },
      "test",
    );
    await price(ledger);
    expect(await ledger.sum("list_cost", "cost_lines", "meter = 'commands'")).toBe("0.002");
    await ledger.pool.query("delete from cost_accounts where id = 'redis'");
    await price(ledger);
    expect(await ledger.sum("1", "cost_lines", "account_id = 'redis'")).toBeNull();
    expect(await ledger.sum("1", "cost_charges", "account_id = 'redis'")).toBeNull();
  });

  it("is whole when usage is rolled up while it is priced", async () => {
    const ledger = await openLedger();
    await ledger.pack(RECORDS);
    await rollUpUsage(ledger.db);
    const more = Array.from({ length: 30 }, (_, i) => i);
    await Promise.all([
      ...more.map(async () => {
        await ledger.pack([usageAt()]);
        await rollUpUsage(ledger.db);
      }),
      pricePeriod(ledger.db, PERIOD, { cause: "task" }).catch((error: unknown) => error), // overtaken each time, it may give up
    ]);
    await price(ledger);
    const { rows } = await ledger.pool.query("select used from cost_charges where meter = 'requests'");
    expect(rows).toEqual([{ used: "36" }]);
    expect(await ledger.sum("quantity", "cost_lines", "meter = 'requests'")).toBe("36");
  });
});
