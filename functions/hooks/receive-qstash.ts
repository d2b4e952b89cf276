import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { receiveMessage } from "#shared/events/receive-message.ts";
import { defineRoute, type Edge, type EdgeEnv } from "#shared/http/edge.ts";
import { Problem, ProblemError, problemDocument } from "#shared/http/problem.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";
import { type Failure, fail, isFailure } from "#shared/kernel/errors.ts";

/** With the header below QStash does not try again and keeps the message among its dead letters. */
const NON_RETRYABLE_STATUS = 489;

export const receiveQstashRoute = defineRoute({
  operationId: "receiveQstash",
  summary: "Take a message that QStash delivers",
  description:
    "Public, and verified: `Upstash-Signature` must be QStash's over the body as it came and this address. The message goes to the queue of that name, once for each `Upstash-Message-Id`. What can never succeed is answered with 489.",
  tags: ["Messages"],
  scope: "public",
  problems: ["not_found", "unauthenticated"],
  method: "post",
  path: "/v1/qstash/{queue}",
  request: { params: z.object({ queue: z.string().regex(/^[a-z0-9-]{1,64}$/) }) },
  responses: {
    200: jsonAnswer(z.object({ isRepeated: z.boolean() }).openapi("MessageTaken"), "Taken, now or before."),
    [NON_RETRYABLE_STATUS]: {
      description: "No queue, no JSON or no id: trying again changes nothing.",
      content: { "application/problem+json": { schema: Problem } },
    },
  },
});

export const registerReceiveQstash = (edge: Edge) =>
  edge.openapi(receiveQstashRoute, async (c) => {
    const { db, deliveryVerifier, hooksUrl } = c.get("ctx");
    const { queue } = c.req.valid("param");
    if (!deliveryVerifier) throw new ProblemError(fail("not_found", "This deployment takes no messages of QStash."));
    const signature = c.req.header("upstash-signature");
    const text = await c.req.text();
    const url = `${hooksUrl}/v1/qstash/${queue}`;
    if (signature === undefined || !(await deliveryVerifier.verify({ signature, body: text, url }))) {
      throw new ProblemError(fail("unauthenticated", "Upstash-Signature does not hold for this body and address."));
    }

    if (!isQueue(c.env, queue)) return refuseForGood(c, fail("not_found", `There is no queue ${queue}.`));
    const messageId = c.req.header("upstash-message-id");
    if (messageId === undefined) return refuseForGood(c, fail("invalid_request", "It has no Upstash-Message-Id."));
    const body = parseJson(text);
    if (body === undefined) return refuseForGood(c, fail("malformed_json"));
    const received = await receiveMessage(db, { messageId, queue, body });
    return isFailure(received) ? refuseForGood(c, received) : c.json(received, 200);
  });

/** Whether the manifest gives this handler a queue of that name. */
function isQueue(env: unknown, queue: string): boolean {
  const binding: unknown = Object.entries(env ?? {}).find(
    ([name]) => name === queue.replaceAll("-", "_").toUpperCase(),
  )?.[1];
  return typeof binding === "object" && binding !== null && "sendBatch" in binding;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseForGood(c: Context<EdgeEnv>, failure: Failure) {
  const problem = { ...problemDocument(failure, `urn:uuid:${c.get("requestId")}`), status: NON_RETRYABLE_STATUS };
  return c.newResponse(JSON.stringify(problem), NON_RETRYABLE_STATUS as 400, {
    "content-type": "application/problem+json",
    "upstash-nonretryable-error": "true",
  }) as never; // safe: Hono types registered statuses only, and QStash's is none
}
