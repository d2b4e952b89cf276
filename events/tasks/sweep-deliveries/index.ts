import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { sweepEndpoints } from "#shared/webhooks/wake-endpoints.ts";
import { buryLapsed } from "#shared/workflows/bury-lapsed.ts";
import { sweepDeliveries } from "#shared/workflows/sweep-deliveries.ts";
import type { Env } from "./raindrop.gen.ts";

/** Picks up deliveries that a crash left behind. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    await buryLapsed(ctx);
    await sweepDeliveries(ctx.db);
    await sweepEndpoints(ctx.db);
  }
}
