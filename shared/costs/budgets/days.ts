/** Days as `YYYY-MM-DD` and months as `YYYY-MM`, in UTC, as bills have them. */

const DAY_MS = 86_400_000;

const timeOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

export const addDays = (day: string, count: number): string => dayOf(timeOf(day) + count * DAY_MS);

/** Sunday is 0. */
export const weekdayOf = (day: string): number => new Date(timeOf(day)).getUTCDay();

export const monthOf = (day: string): string => day.slice(0, 7);

/** The first day of a month, and of the one after it. */
export function boundsOf(period: string): { from: string; to: string } {
  const from = `${period}-01`;
  return { from, to: `${monthOf(addDays(from, 31))}-01` };
}

export const monthBefore = (period: string): string => monthOf(addDays(`${period}-01`, -1));

/** From `from` up to, not including, `to`. */
export const countDays = (from: string, to: string): number => (timeOf(to) - timeOf(from)) / DAY_MS;

/**
 * What a span is fairly compared with: of a month, the month before; else as many days, right before. Of a span that is
 * not over, as many days of it as have begun.
 */
export function spanBefore({ from, to }: { from: string; to: string }, today: string): { from: string; to: string } {
  const tomorrow = addDays(today, 1);
  const begun = countDays(from, to < tomorrow || from >= tomorrow ? to : tomorrow);
  const isMonth = from === boundsOf(monthOf(from)).from && to === boundsOf(monthOf(from)).to;
  const start = isMonth ? boundsOf(monthBefore(monthOf(from))).from : addDays(from, -countDays(from, to));
  const isOver = begun === countDays(from, to);
  return { from: start, to: isOver ? from : earlierOf(addDays(start, begun), from) };
}

/** Every day from `from` up to, not including, `to`. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day < to; day = addDays(day, 1)) days.push(day);
  return days;
}

export const earlierOf = (a: string, b: string): string => [a, b].sort()[0] ?? a;
