import { z } from "@hono/zod-openapi";
import { Instant } from "#shared/http/schemas.ts";
import { MappingChange, MappingInput } from "#shared/workflows/mapping-input.ts";
import { MAPPING_OWNERS } from "#shared/workflows/mapping-owner.ts";

export const NewMapping = MappingInput.openapi("WorkflowMappingInput");
export const ChangedMapping = MappingChange.openapi("WorkflowMappingChange");

export const OwnerQuery = z.object({
  owner: z
    .enum(MAPPING_OWNERS)
    .default("tenant")
    .describe("`platform`: holds for every tenant, and needs the scope `operator:mappings` as well"),
});

export const Mapping = z
  .object({
    id: z.uuid(),
    tenantId: z.string().nullable().describe("null: holds for every tenant"),
    trigger: z.string().describe("An action or event name; `*` is the fallback for actions"),
    workflowId: z.string(),
    instanceId: z.string().describe("The n8n that it runs on"),
    webhookPath: z.string().describe("Below the instance's base URL"),
    operations: z.array(z.string()).describe("What its runs may call back"),
    isActive: z.boolean(),
    priority: z.int().describe("The highest active one of a trigger drives"),
    timeoutMs: z.int().describe("Silence after which a run is looked up"),
    maxAttempts: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .openapi("WorkflowMapping");
