import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { sweepDeliveries } from "#shared/workflows/sweep-deliveries.ts";
import type { Env } from "./raindrop.gen.ts";

/** Picks up deliveries that a crash left behind. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    await sweepDeliveries(openContext(this.ctx).db);
  }
}
