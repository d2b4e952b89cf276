import { z } from "zod";
import { retryAfterMs } from "#shared/kernel/retry.ts";
import type { SendResult } from "./sender.ts";

/** What a workflow that replies after its work says in the body of its 200. */
export const ReplyAfterWork = z.object({
  rainwire: z.object({
    status: z.enum(["succeeded", "failed"]),
    result: z.unknown().optional(),
    error: z.string().optional(),
  }),
});
export type ReplyAfterWork = z.infer<typeof ReplyAfterWork>;

/** What an answer to a webhook means. */
export type Verdict =
  | { kind: "accepted"; httpStatus: number } // taken, but not done: a 200 alone is never completion
  | { kind: "replied"; httpStatus: number; reply: ReplyAfterWork["rainwire"] }
  | { kind: "retry"; httpStatus: number | null; reason: string; retryAfterMs?: number; isInstanceFailing: boolean }
  | { kind: "dead"; httpStatus: number | null; reason: string };

/** Client errors that time or an operator can mend: n8n answers 404 for a second while it registers webhooks. */
const MENDABLE = new Set([401, 403, 404, 408, 409, 421, 423, 425, 429]);

export function judgeAnswer(result: SendResult, nowMs: number): Verdict {
  switch (result.kind) {
    case "refused":
      return { kind: "dead", httpStatus: null, reason: result.reason };
    case "failed":
      return { kind: "retry", httpStatus: null, reason: result.reason, isInstanceFailing: true };
    case "answered":
      return judgeStatus(result, nowMs);
  }
}

/** n8n's answer for a workflow that broke before it responded (n8n 2.41): the workflow fails, not the instance. */
const WORKFLOW_FAILED = "Error in workflow";

function judgeStatus(answer: Extract<SendResult, { kind: "answered" }>, nowMs: number): Verdict {
  const { status: httpStatus, headers, body } = answer;
  if (httpStatus >= 200 && httpStatus < 300) {
    const reply = readReply(body);
    return reply ? { kind: "replied", httpStatus, reply } : { kind: "accepted", httpStatus };
  }
  const reason = `HTTP ${httpStatus}`;
  if (httpStatus < 500 && !MENDABLE.has(httpStatus)) return { kind: "dead", httpStatus, reason };
  const askedMs = retryAfterMs(headers.get("retry-after"), nowMs);
  return {
    kind: "retry",
    httpStatus,
    reason,
    isInstanceFailing: httpStatus >= 500 && !body.includes(WORKFLOW_FAILED),
    ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
  };
}

function readReply(body: string): ReplyAfterWork["rainwire"] | undefined {
  if (!body.includes('"rainwire"')) return undefined;
  try {
    return ReplyAfterWork.safeParse(JSON.parse(body)).data?.rainwire;
  } catch {
    return undefined;
  }
}
