import { retryAfterMs } from "#shared/kernel/retry.ts";
import type { SendResult } from "./sender.ts";

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** The wait after each failed request, before jitter: the tenth is the last (Standard Webhooks, "Retry schedule"). */
const RETRY_SCHEDULE_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Added to each wait at most, so that a herd spreads. */
const JITTER = 0.2;
/** No receiver is waited for longer, whatever its `Retry-After` says. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR;
/** Of a failed request's answer, for the log. */
const KEPT_ANSWER_CHARACTERS = 500;
const GONE = 410;

/** What an answer means for the delivery. */
export interface EndpointVerdict {
  isDelivered: boolean;
  /** It wants no more, ever. */
  isGone: boolean;
  /** It gave no answer in time or at all. */
  isSilent: boolean;
  /** It counts against the endpoint: not what is wrong on our side. */
  isFailing: boolean;
  httpStatus: number | null;
  /** Why it is not delivered. */
  error: string | null;
  /** How the body of the answer begins, when it is not delivered. */
  answer: string | null;
  retryAfterMs: number;
}

/** Only a 2xx is delivered. Everything else is tried again, a redirect and a refusal by our own rules included. */
export function judgeEndpoint(result: SendResult, nowMs: number): EndpointVerdict {
  if (result.kind !== "answered") {
    return {
      isDelivered: false,
      isGone: false,
      isSilent: result.kind === "failed",
      isFailing: true,
      httpStatus: null,
      error: result.reason,
      answer: null,
      retryAfterMs: 0,
    };
  }
  const { status: httpStatus, body } = result;
  const isDelivered = httpStatus >= 200 && httpStatus < 300;
  return {
    isDelivered,
    isGone: httpStatus === GONE,
    isSilent: false,
    isFailing: !isDelivered,
    httpStatus,
    error: isDelivered ? null : `HTTP ${httpStatus}`,
    answer: isDelivered ? null : storable(body.slice(0, KEPT_ANSWER_CHARACTERS)),
    retryAfterMs: isDelivered ? 0 : (retryAfterMs(result.headers.get("retry-after"), nowMs) ?? 0),
  };
}

/** The verdict where no request could be made for a reason on our side. */
export const notSent = (error: string): EndpointVerdict => ({
  isDelivered: false,
  isGone: false,
  isSilent: false,
  isFailing: false,
  httpStatus: null,
  error,
  answer: null,
  retryAfterMs: 0,
});

/** What PostgreSQL's text takes: no NUL, no half of a surrogate pair. */
const storable = (text: string): string => text.replaceAll("\u0000", "").toWellFormed();

export type EndpointOutcome = { kind: "delivered" } | { kind: "retry"; delayMs: number } | { kind: "dead" };

/**
 * What becomes of a delivery after its `attempt`-th request.
 * @param random a number in [0, 1)
 */
export function outcomeOf(verdict: EndpointVerdict, attempt: number, random: number): EndpointOutcome {
  if (verdict.isDelivered) return { kind: "delivered" };
  const scheduledMs = RETRY_SCHEDULE_MS[attempt - 1];
  if (verdict.isGone || scheduledMs === undefined) return { kind: "dead" };
  const delayMs = Math.round(scheduledMs * (1 + JITTER * random));
  return { kind: "retry", delayMs: Math.max(delayMs, Math.min(verdict.retryAfterMs, LONGEST_RETRY_AFTER_MS)) };
}
