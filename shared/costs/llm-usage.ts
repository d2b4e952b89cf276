import { z } from "zod";
import { json, type Statement, sql } from "#shared/database/sql.ts";

const tokens = z.int().min(0).max(1_000_000_000_000);

/** What a run used of one language model. */
export const LlmUsage = z.object({
  /** As in the price book: `openai` of `openai/gpt-5-mini`. */
  provider: z.string().regex(/^[a-z0-9-]{1,64}$/, "lower-case letters, digits and hyphens, e.g. openai"),
  model: z.string().regex(/^[a-z0-9][a-z0-9.:_-]{0,127}$/, "as the provider names it, e.g. gpt-5-mini"),
  inputTokens: tokens,
  outputTokens: tokens,
  /** Of the input tokens, those that came from the provider's cache. */
  cachedInputTokens: tokens.optional(),
  calls: z.int().min(1).max(1_000_000).optional(),
});
export type LlmUsage = z.infer<typeof LlmUsage>;

/**
 * Keeps a run's report of tokens beside the row of `settled` that its result has just ended: a repeated or late result
 * ends none, and so keeps nothing.
 */
export const keepLlmUsage = (usage: readonly LlmUsage[]): Statement | undefined =>
  usage.length === 0
    ? undefined
    : sql`
      insert into llm_usage (execution_id, position, tenant_id, workflow_id, attempt, provider, model, input_tokens, cached_input_tokens, output_tokens, calls)
      select settled.id, u.n - 1, settled.tenant_id, settled.workflow_id, settled.attempt, u.r->>'provider', u.r->>'model', (u.r->>'inputTokens')::bigint,
        coalesce((u.r->>'cachedInputTokens')::bigint, 0), (u.r->>'outputTokens')::bigint, coalesce((u.r->>'calls')::int, 1)
      from settled cross join lateral jsonb_array_elements(${json(usage)}) with ordinality as u(r, n)
      on conflict (execution_id, position) do nothing`;
