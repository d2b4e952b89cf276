export interface Backoff {
  baseMs: number;
  /** No single wait is longer. */
  capMs: number;
}

/**
 * How long to wait before the attempt after `attempt` (1 = the first failed): exponential with equal jitter, that is
 * half fixed and half random, so that a herd spreads yet no retry comes at once.
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, { baseMs, capMs }: Backoff, random: number): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 40));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}

/**
 * The wait that a `Retry-After` header asks for (RFC 9110 §10.2.3: seconds or an HTTP date), in ms; undefined when
 * absent or malformed.
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/** Begins with the day's name in all three of its forms; Date.parse alone takes "-5" for a date. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;
