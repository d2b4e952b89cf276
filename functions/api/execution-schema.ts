import { z } from "@hono/zod-openapi";
import { EXECUTION_STATUSES } from "#shared/actions/execution.ts";
import { Instant } from "#shared/http/schemas.ts";

/** What consumers are told of an execution. */
export const Execution = z
  .object({
    id: z.uuid(),
    workflowId: z.string().nullable().describe("null until a workflow is mapped to it"),
    workflowVersion: z.string().nullable().describe("n8n's version of the workflow, told at the claim"),
    triggerType: z.enum(["action", "event"]),
    trigger: z.string().describe("The action or event name"),
    subject: z.string().nullable(),
    status: z.enum(EXECUTION_STATUSES),
    attempt: z.int(),
    maxAttempts: z.int(),
    payload: z.unknown(),
    result: z.unknown(),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    n8nUrl: z.string().nullable().describe("n8n's page of the run"),
    version: z.int().describe("Raised at every change of state"),
    createdAt: Instant,
    dispatchedAt: Instant.nullable(),
    startedAt: Instant.nullable(),
    completedAt: Instant.nullable(),
  })
  .openapi("Execution");
