import { z } from "zod";

/** A billing period: a calendar month, UTC, as `2026-10`. */
export const Period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "write the month as 2026-10");

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Its first day, and the first one after it. */
export function daysOf(period: string): { from: string; to: string } {
  const [year = 0, month = 1] = period.split("-").map(Number);
  return { from: `${period}-01`, to: dayOf(Date.UTC(year, month, 1)) };
}

export const periodOf = (day: string): string => day.slice(0, 7);

/** Days from `from` to `to`, the end left out. */
export const countDays = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** Every day from `from` to `to`, the end left out. */
export const listDays = (from: string, to: string): string[] =>
  Array.from({ length: Math.max(0, countDays(from, to)) }, (_, i) => dayOf(Date.parse(from) + i * 86_400_000));

/** What two spans share; undefined when nothing. null is open. */
export function overlap(
  a: { from: string; to: string },
  b: { from: string | null; to: string | null },
): { from: string; to: string } | undefined {
  const from = b.from !== null && b.from > a.from ? b.from : a.from;
  const to = b.to !== null && b.to < a.to ? b.to : a.to;
  return from < to ? { from, to } : undefined;
}
