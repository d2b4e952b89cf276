import type { InstanceSecrets } from "./instances.ts";

/** How a run stands in n8n itself. */
export type N8nRunState = "running" | "waiting" | "succeeded" | "broken" | "unknown";

/** What we ask an n8n over its public API. Neither call throws. */
export interface N8nPort {
  /** `unknown` when n8n does not answer or may not be asked; `broken` when it failed, crashed or is not to be found. */
  stateOf(instance: InstanceSecrets, n8nExecutionId: string): Promise<N8nRunState>;
  stop(instance: InstanceSecrets, n8nExecutionId: string): Promise<void>;
}
