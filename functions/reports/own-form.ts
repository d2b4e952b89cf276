import type { Context } from "hono";
import type { EdgeEnv } from "#shared/http/edge.ts";

/**
 * Whether a form was sent by a page of ours, as the browser states it (Fetch Metadata; `Origin` in older ones). A
 * request that states neither comes from no browser and carries nobody's cookies unasked.
 */
export function isOwnForm(c: Context<EdgeEnv>): boolean {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const origin = c.req.header("origin");
  if (origin === undefined) return true;
  return origin === new URL(c.req.url).origin || origin === new URL(c.get("ctx").publicUrl).origin;
}
