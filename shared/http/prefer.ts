/** The longest wait that a consumer may ask for, in seconds. */
export const LONGEST_WAIT_SECONDS = 60;

const WAIT = /(?:^|[,;])\s*wait\s*=\s*(?:"(\d+)"|(\d+))\s*(?=[,;]|$)/i;

const RESPOND_ASYNC = /(?:^|,)\s*respond-async\s*(?=[,;]|$)/i;

/** Whether a Prefer header asks to be answered before the work is done (RFC 7240 §4.1). */
export const prefersAsync = (header: string | undefined): boolean => RESPOND_ASYNC.test(header ?? "");

/** The `wait` of a Prefer header (RFC 7240 §4.3), in seconds, capped; undefined when absent or malformed. */
export function preferredWait(header: string | undefined): number | undefined {
  const match = WAIT.exec(header ?? "");
  return match ? Math.min(Number(match[1] ?? match[2]), LONGEST_WAIT_SECONDS) : undefined;
}
