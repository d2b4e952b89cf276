import { z } from "@hono/zod-openapi";
import { ERROR_KEY_PREFIX } from "#shared/http/authenticate-request.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { orProblem } from "#shared/http/problem.ts";
import { jsonBody } from "#shared/http/schemas.ts";
import { putInstance } from "#shared/workflows/instances.ts";

const InstanceInput = z
  .strictObject({
    baseUrl: z.url({ protocol: /^https?$/ }),
    apiKey: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe("Of n8n's public API; without it lost runs are driven again unseen."),
    webhookKey: z.string().min(16).describe("What the webhook nodes' header credential demands."),
    signingSecret: z.string().describe("`whsec_` and the base64 of 24 to 64 printable ASCII characters."),
    errorKey: z
      .string()
      .min(16)
      .startsWith(ERROR_KEY_PREFIX)
      .nullable()
      .default(null)
      .describe("What `error-handler` presents."),
    concurrency: z.int().min(1).max(1000).optional().describe("Webhook requests in flight at most; default 8."),
    webhookTimeoutMs: z
      .int()
      .min(1_000)
      .max(600_000)
      .optional()
      .describe("How long it may take to answer a webhook; default 30,000."),
  })
  .openapi("N8nInstanceInput");

export const putInstanceRoute = defineRoute({
  operationId: "putInstance",
  summary: "Register an n8n or change it",
  tags: ["n8n"],
  scope: "operator:instances",
  method: "put",
  path: "/v1/n8n-instances/{id}",
  request: { params: z.object({ id: z.string().regex(/^[a-z0-9-]{1,40}$/) }), ...jsonBody(InstanceInput) },
  responses: { 204: { description: "Kept." } },
});

export const registerPutInstance = (edge: Edge) =>
  edge.openapi(putInstanceRoute, async (c) => {
    const { concurrency, webhookTimeoutMs, ...input } = c.req.valid("json");
    const { id } = c.req.valid("param");
    const limits = {
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(webhookTimeoutMs === undefined ? {} : { webhookTimeoutMs }),
    };
    orProblem(await putInstance(c.get("ctx"), { id, ...input, ...limits }));
    return c.body(null, 204);
  });
