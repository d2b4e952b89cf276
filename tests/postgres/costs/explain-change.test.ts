import { expect, it } from "vitest";
import { cellNameOf, explainChange } from "#shared/costs/explain/explain-change.ts";
import { openBridge } from "#tests/support/bridge.ts";
import { insertCosts } from "#tests/support/cost-rows.ts";

const OCTOBER = { from: "2026-10-01", to: "2026-11-01" };
const NOVEMBER = { from: "2026-11-01", to: "2026-12-01" };
const usd = (femto: bigint) => Number(femto) / 1e15;

it("explains a month against the one before, by meter, function and tenant, to the last unit", async () => {
  const { ctx } = await openBridge();
  const fee = { tenantId: "acme", meter: "subscription", unit: "Months", isFee: true };
  await insertCosts(ctx.db, [
    { day: "2026-10-03", tenantId: "acme", quantity: "1000", effective: "2" },
    { day: "2026-10-20", tenantId: "acme", quantity: "1000", effective: "2" },
    { day: "2026-11-03", tenantId: "acme", quantity: "3000", effective: "9" },
    { day: "2026-10-03", tenantId: "globex", function: "hooks", quantity: null, effective: "1" },
    { day: "2026-11-03", tenantId: "globex", function: "hooks", quantity: null, effective: "1.5" },
    { day: "2026-10-01", ...fee, effective: "5" },
    { day: "2026-11-01", ...fee, effective: "7" },
  ]);
  const all = await explainChange({ db: ctx.db, scope: { kind: "platform" } }, NOVEMBER, OCTOBER);
  // Requests 2000 at 0.002 to 3000 at 0.003: volume 2, price 3. The fee: price 2. Not measured: 0.5.
  expect([all.beforeFemto, all.afterFemto].map(usd)).toEqual([10, 17.5]);
  expect([all.volumeFemto, all.mixFemto, all.priceFemto, all.unexplainedFemto].map(usd)).toEqual([2, 0, 5, 0.5]);
  expect(all.cells.map(({ key }) => cellNameOf(key).meter)).toEqual(["requests", "subscription", "requests"]);
  expect(cellNameOf(all.cells[0]?.key ?? "")).toEqual({
    function: "api",
    tenantId: "acme",
    card: "cloudflare/workers-paid",
    meter: "requests",
  });

  const own = await explainChange({ db: ctx.db, scope: { kind: "tenant", tenantId: "globex" } }, NOVEMBER, OCTOBER, {
    tenantId: "acme",
  });
  expect([own.beforeFemto, own.afterFemto].map(usd)).toEqual([1, 1.5]);
});
