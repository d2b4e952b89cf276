import type { CostSummary } from "#shared/costs/read-costs.ts";
import { formatQuantity } from "./figures.ts";

/** What keeps the figures from being the whole truth: records that are missing, quantities not measured, open months. */
export function Completeness({ summary }: { summary: CostSummary }) {
  const { missingRecords, unmeasured, periods } = summary;
  const open = periods.filter(({ state }) => state === "open");
  const unpriced = open.filter(({ pricedAt }) => pricedAt === null);
  const pricedAt = open
    .flatMap((period) => period.pricedAt ?? [])
    .toSorted()
    .at(0);
  const isMissing = (missingRecords ?? 0) > 0;
  return (
    <div class={isMissing ? "banner alarm" : "banner"} role={isMissing ? "alert" : "note"}>
      {isMissing ? (
        <p>
          <strong>{formatQuantity(String(missingRecords))} invocations left no record.</strong> They were served but not
          metered, so the figures below are too low by what they cost.
        </p>
      ) : (
        ""
      )}
      {missingRecords === 0 ? <p>Every invocation that was served has its record.</p> : ""}
      {unmeasured > 0 ? (
        <p>
          Of {formatQuantity(String(unmeasured))} invocations something that is priced was not measured: it is shown as
          such, and counted nowhere as zero.
        </p>
      ) : (
        ""
      )}
      {open.length === 0 ? (
        <p>All months shown are closed: their figures change by corrections only.</p>
      ) : (
        <p>
          {open.map(({ period }) => period).join(", ")} {open.length === 1 ? "is" : "are"} open: figures can still
          change
          {pricedAt === undefined ? "" : `; last priced ${pricedAt.slice(0, 16).replace("T", " ")} UTC`}
          {unpriced.length === 0 ? "" : `; ${unpriced.map(({ period }) => period).join(", ")} not priced yet`}.
        </p>
      )}
    </div>
  );
}
