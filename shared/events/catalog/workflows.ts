import { z } from "zod";
import { event, instant } from "./event.ts";

const ExecutionSettled = z.object({
  executionId: z.uuid(),
  workflowId: z.string().nullable(),
  trigger: z.string(),
  status: z.string(),
  attempt: z.int(),
  errorCode: z.string().nullable(),
});

const Circuit = z.object({ instanceId: z.string(), failures: z.int(), retryAt: instant.nullable() });

const settled = {
  executionId: "01900000-0000-7000-8000-000000000004",
  workflowId: "planning-agent",
  trigger: "goal.create",
  status: "succeeded",
  attempt: 1,
  errorCode: null,
} as const;

const circuit = { instanceId: "main", failures: 5, retryAt: "2026-11-20T10:00:05.000Z" } as const;

export const WORKFLOW_EVENTS = {
  "execution.succeeded": event("A workflow run completed.", ExecutionSettled, settled),
  "execution.failed": event("A workflow run failed for good.", ExecutionSettled, {
    ...settled,
    status: "failed",
    errorCode: "workflow_error",
  }),
  "execution.timed_out": event("A workflow run stayed silent through all its attempts.", ExecutionSettled, {
    ...settled,
    status: "timed_out",
    errorCode: "silent",
  }),
  "execution.cancelled": event("A workflow run was cancelled.", ExecutionSettled, { ...settled, status: "cancelled" }),
  "circuit.opened": event("An n8n instance fails; nothing is sent to it but probes.", Circuit, circuit),
  "circuit.closed": event("An n8n instance answers again.", Circuit, { ...circuit, failures: 0, retryAt: null }),
} as const;
