import { describe, expect, it } from "vitest";
import { removeAccount } from "#shared/costs/ledger/accounts.ts";
import { closePeriod, PeriodRunningError } from "#shared/costs/ledger/close-period.ts";
import { correctPeriod, PeriodOpenError } from "#shared/costs/ledger/correct-period.ts";
import { keepLedger } from "#shared/costs/ledger/keep-ledger.ts";
import { PeriodClosedError, pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { costOfInvocation, costSummary } from "#shared/costs/read-costs.ts";
import { type LedgerFixture, OCTOBER, openLedger, PERIOD, usageAt } from "#tests/support/ledger.ts";

const NOVEMBER_MS = Date.parse("2026-11-02T00:00:00Z");
const BY = { actor: "user:fin", nowMs: NOVEMBER_MS };

/** The rows of the close, byte for byte. */
const closedRows = async ({ pool }: LedgerFixture): Promise<string> =>
  JSON.stringify([
    (await pool.query("select * from cost_charges where period = '2026-10' and correction_of is null order by id"))
      .rows,
    (
      await pool.query(
        "select l.* from cost_lines l join cost_charges c on c.id = l.charge_id where c.period = '2026-10' and c.correction_of is null order by charge_id, position",
      )
    ).rows,
  ]);

const busy = (at: string, tenantId = "acme") => usageAt(at, { tenantId, cpuMs: 20_000_000 });

async function closed() {
  const ledger = await openLedger();
  await ledger.pack([busy("2026-10-01T10:00:00Z"), busy("2026-10-02T10:00:00Z", "globex")]);
  return { ledger, result: await closePeriod(ledger.db, PERIOD, BY) };
}

describe("a closed period", () => {
  it("keeps who closed it, when, and the hash of what was priced", async () => {
    const { ledger, result } = await closed();
    expect(result).toMatchObject({ period: PERIOD, closedBy: "user:fin", missingRecords: 0 });
    const { periods, effectiveCost } = await costSummary({ db: ledger.db, scope: { kind: "platform" } }, OCTOBER);
    expect(periods).toEqual([
      {
        period: PERIOD,
        state: "closed",
        closedBy: "user:fin",
        closedAt: expect.stringMatching(/^20/),
        pricedAt: expect.stringMatching(/^20/),
      },
    ]);
    expect(effectiveCost).toBe("5.2"); // 5.00 and 10 million ms beyond the allowance
    const { rows } = await ledger.pool.query("select output_hash from pricing_runs where cause = 'close'");
    expect(rows).toEqual([{ output_hash: result.outputHash }]);
  });

  it("is not closed before its end, nor twice, nor priced again", async () => {
    const { ledger } = await closed();
    await expect(closePeriod(ledger.db, "2026-11", BY)).rejects.toThrow(PeriodRunningError);
    await expect(closePeriod(ledger.db, PERIOD, BY)).rejects.toThrow(PeriodClosedError);
    await expect(pricePeriod(ledger.db, PERIOD, { cause: "recompute" })).rejects.toThrow(PeriodClosedError);
    await ledger.pack([busy("2026-10-30T10:00:00Z")]);
    const before = await closedRows(ledger);
    const kept = await keepLedger(ledger.db, NOVEMBER_MS);
    expect(kept.priced.map(({ period }) => period)).toEqual(["2026-11"]);
    expect(await closedRows(ledger)).toBe(before);
  });

  it("takes late usage as new rows, which with the old ones sum to what it costs now", async () => {
    const { ledger } = await closed();
    const before = await closedRows(ledger);
    await ledger.pack([busy("2026-10-30T10:00:00Z")]);
    const { corrections } = await correctPeriod(ledger.db, PERIOD, { actor: "user:fin", reason: "usage came late" });
    // 60 million ms are 30 million beyond the allowance: 0.60 instead of 0.20
    expect(corrections.map(({ meter, billedCost }) => [meter, billedCost])).toEqual([
      ["cpu-ms", "0.4"],
      ["requests", "0"],
      ["subscription", "0"],
    ]);
    expect(await closedRows(ledger)).toBe(before);
    expect(await ledger.sum("effective_cost", "cost_lines")).toBe("5.6");
    expect(await ledger.sum("effective_cost", "cost_rollups", "dimension = 'tenant'")).toBe("5.6");
    expect(await ledger.sum("used", "cost_charges", "meter = 'requests'")).toBe("3");
    const { rows } = await ledger.pool.query(
      "select correction_reason, created_by from cost_charges where meter = 'cpu-ms' and correction_of is not null",
    );
    expect(rows).toEqual([{ correction_reason: "usage came late", created_by: "user:fin" }]);
    expect((await correctPeriod(ledger.db, PERIOD, { actor: "user:fin", reason: "again" })).corrections).toEqual([]);
    await ledger.pack([busy("2026-10-31T10:00:00Z")]);
    expect(
      (await correctPeriod(ledger.db, PERIOD, { actor: "user:fin", reason: "later still" })).corrections,
    ).toHaveLength(3);
    expect(await ledger.sum("effective_cost", "cost_lines")).toBe("6");
    expect(await closedRows(ledger)).toBe(before);
  });

  it("gives back what an account that is gone was charged", async () => {
    const { ledger } = await closed();
    await removeAccount(ledger.db, "cloudflare");
    await ledger.pool.query(
      "insert into cost_accounts (id, name, cards) values ('redis', 'Redis', '{upstash/redis-payg}')",
    );
    const { corrections } = await correctPeriod(ledger.db, PERIOD, { actor: "user:fin", reason: "not our contract" });
    expect(
      corrections
        .filter(({ billedCost }) => billedCost !== null && billedCost !== "0")
        .map(({ meter, billedCost }) => [meter, billedCost]),
    ).toEqual([
      ["cpu-ms", "-0.2"],
      ["subscription", "-5"],
    ]);
    expect(await ledger.sum("effective_cost", "cost_lines")).toBe("0");
  });

  it("shows an invocation its corrections beside its first lines", async () => {
    const { ledger } = await closed();
    const late = busy("2026-10-30T10:00:00Z");
    await ledger.pack([late]);
    await correctPeriod(ledger.db, PERIOD, { actor: "user:fin", reason: "usage came late" });
    const cost = await costOfInvocation({ db: ledger.db, scope: { kind: "platform" } }, late.id);
    expect(cost?.items.map(({ meter, isCorrection, effectiveCost }) => [meter, isCorrection, effectiveCost])).toEqual([
      ["cpu-ms", true, "0.2"],
      ["requests", true, "0"],
      ["subscription", true, "1.666666666666666"],
    ]);
  });

  it("is corrected when it is closed, and not before", async () => {
    const ledger = await openLedger();
    await expect(correctPeriod(ledger.db, PERIOD, { actor: "a", reason: "b" })).rejects.toThrow(PeriodOpenError);
  });
});

describe("the task that keeps the ledger", () => {
  it("prices the open months that changed, and leaves those that did not", async () => {
    const ledger = await openLedger();
    await ledger.pack([busy("2026-10-01T10:00:00Z")]);
    const first = await keepLedger(ledger.db, Date.now() + 3_600_000);
    expect(first.rolledUp).toEqual({ packs: 1, records: 1 });
    const october = first.priced.find(({ period }) => period === PERIOD);
    expect(october).toMatchObject({ isPriced: true, charges: 3 });
    const second = await keepLedger(ledger.db, Date.now() + 7_200_000);
    expect(second.priced.every(({ isPriced }) => !isPriced)).toBe(true);
  });
});
