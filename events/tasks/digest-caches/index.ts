import { tellDigest } from "#shared/caching/digest.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Tells how often the caches answered in the last whole hour, and what gives cause for alarm. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    await tellDigest(ctx, ctx.causedBy("system:digest-caches"));
  }
}
