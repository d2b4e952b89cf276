/** `2026-12` of `2026-11`. */
export const monthAfter = (period: string): string => {
  const [year = 0, month = 0] = period.split("-").map(Number);
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
};

export const midnight = (day: string): string => `${day}T00:00:00Z`;

export const dayAfter = (day: string): string =>
  new Date(Date.parse(midnight(day)) + 86_400_000).toISOString().slice(0, 10);

/**
 * The month in which a charge is billed: its own, and for a correction of a closed month the one in which it was made,
 * a later one in any case (FOCUS, CorrectionHandling).
 */
export function billingMonth({
  period,
  correctionOf,
  createdAt,
}: {
  period: string;
  correctionOf: string | null;
  createdAt: Date;
}): string {
  if (correctionOf === null) return period;
  const isOld = createdAt.toISOString().slice(0, 7) > monthAfter(period);
  return isOld ? createdAt.toISOString().slice(0, 7) : monthAfter(period);
}
