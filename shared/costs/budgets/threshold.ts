import { z } from "zod";

/** `actual`: what was spent; `forecast`: what the month is expected to cost. */
export const Threshold = z.strictObject({
  percent: z.int().min(1).max(1000),
  of: z.enum(["actual", "forecast"]),
});
export type Threshold = z.infer<typeof Threshold>;

export const DEFAULT_THRESHOLDS: readonly Threshold[] = [
  { percent: 50, of: "actual" },
  { percent: 80, of: "actual" },
  { percent: 100, of: "actual" },
  { percent: 100, of: "forecast" },
];

export interface Spending {
  spentFemto: bigint;
  /** Undefined while there is too little to forecast from. */
  expectedFemto?: bigint | undefined;
}

/** The thresholds that are reached, the lowest first. What is exactly the amount has reached it. */
export function reachedThresholds(
  amountFemto: bigint,
  thresholds: readonly Threshold[],
  { spentFemto, expectedFemto }: Spending,
): Threshold[] {
  const watched = ({ of }: Threshold) => (of === "actual" ? spentFemto : expectedFemto);
  return thresholds
    .filter((threshold) => {
      const value = watched(threshold);
      return value !== undefined && value * 100n >= amountFemto * BigInt(threshold.percent);
    })
    .sort((a, b) => a.percent - b.percent || a.of.localeCompare(b.of));
}
