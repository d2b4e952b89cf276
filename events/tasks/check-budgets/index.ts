import { checkBudgets } from "#shared/costs/budgets/check-budgets.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Tells of budgets that reached a threshold. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    const told = await checkBudgets(ctx);
    if (told > 0) ctx.log.info("budgets reached thresholds", { told });
  }
}
