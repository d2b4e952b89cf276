import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { defineRoute, type Edge, type EdgeEnv } from "#shared/http/edge.ts";
import { problemDocument } from "#shared/http/problem.ts";
import { jsonAnswer, jsonBody } from "#shared/http/schemas.ts";
import { fail } from "#shared/kernel/errors.ts";

const MOST_OPERATIONS = 100;
/** What an operation may state for itself; who calls is stated once, by the batch. */
const OWN_HEADERS = [
  "idempotency-key",
  "if-match",
  "if-none-match",
  "cache-control",
  "prefer",
  "accept",
  "content-type",
] as const;

const Operation = z
  .object({
    id: z.string().max(100).optional().describe("Comes back with the answer."),
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    path: z
      .string()
      .regex(/^\/(?!\/)[^#\s]*$/, "must be a path of this API, with its query, such as /v1/goals?limit=5")
      .refine((path) => !/^\/v1\/batch(?:[/?]|$)/.test(path), "must not be a batch itself"),
    headers: z.partialRecord(z.enum(OWN_HEADERS), z.string()).default({}),
    body: z.unknown().optional().describe("JSON"),
  })
  .openapi("BatchOperation");

const Batch = z
  .object({
    operations: z.array(Operation).min(1).max(MOST_OPERATIONS),
    mode: z
      .enum(["parallel", "sequence"])
      .default("parallel")
      .describe("`sequence`: each begins when the one before is answered, whatever its status."),
  })
  .openapi("Batch");

const OperationAnswer = z
  .object({
    id: z.string().optional(),
    status: z.int(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown().optional().describe("JSON where the answer is JSON, else text; absent when there is none."),
  })
  .openapi("BatchAnswer");
type OperationAnswer = z.infer<typeof OperationAnswer>;

export const submitBatchRoute = defineRoute({
  operationId: "submitBatch",
  summary: "Call up to 100 operations at once",
  description:
    "Each operation is authorised, limited and answered for itself, as if it had been sent alone; what they read alike is read together. The answers come in the order of the operations.",
  tags: ["Batch"],
  scope: "batch:submit",
  method: "post",
  path: "/v1/batch",
  request: jsonBody(Batch),
  responses: { 200: jsonAnswer(z.object({ answers: z.array(OperationAnswer) }), "One answer for each operation.") },
});

export const registerSubmitBatch = (edge: Edge) =>
  edge.openapi(submitBatchRoute, async (c) => {
    const { operations, mode } = c.req.valid("json");
    const answer = (operation: z.infer<typeof Operation>) => call(edge, c, operation);
    if (mode === "parallel") return c.json({ answers: await Promise.all(operations.map(answer)) }, 200);
    const answers: OperationAnswer[] = [];
    for (const operation of operations) answers.push(await answer(operation));
    return c.json({ answers }, 200);
  });

/** What of the batch's own headers says who calls, from where and in which trace. */
const COMMON_HEADERS = ["authorization", "x-api-key", "cookie", "origin", "x-rainwire-address"];

async function call(
  edge: Edge,
  c: Context<EdgeEnv>,
  { id, method, path, headers: own, body }: z.infer<typeof Operation>,
): Promise<OperationAnswer> {
  const headers = new Headers();
  for (const name of COMMON_HEADERS) {
    const value = c.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  const request = new Request(new URL(path, c.req.url), {
    method,
    headers,
    ...(body !== undefined && method !== "GET" && { body: JSON.stringify(body) }),
  });
  const response = await edge.fetch(request, c.env, c.executionCtx);
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    const failure = fail("invalid_request", "A stream has no place in a batch: ask for it alone.");
    const body = problemDocument(failure);
    return { ...(id === undefined ? {} : { id }), status: body.status, headers: {}, body };
  }
  return { ...(id === undefined ? {} : { id }), ...(await read(response)) };
}

async function read(response: Response): Promise<Omit<OperationAnswer, "id">> {
  const { status } = response;
  const headers = Object.fromEntries(response.headers);
  const text = await response.text();
  if (text === "") return { status, headers };
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/.test(headers["content-type"] ?? "");
  return { status, headers, body: isJson ? JSON.parse(text) : text };
}
