import type { Context } from "hono";
import { type CostReader, costScopeOf } from "#shared/costs/read-costs.ts";
import { consumerOf } from "#shared/http/caller.ts";
import type { EdgeEnv } from "#shared/http/edge.ts";

/** The caller as the verbs of costs take one: a tenant's reads its own costs only. */
export const costReaderOf = (c: Context<EdgeEnv>): CostReader => ({
  db: c.get("ctx").db,
  scope: costScopeOf(consumerOf(c)),
});
