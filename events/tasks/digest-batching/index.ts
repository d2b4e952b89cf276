import { tellDigest } from "#shared/batching/digest.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Tells what coalescing saved in the last whole hour. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    await tellDigest(ctx, ctx.causedBy("system:digest-batching"));
  }
}
