import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { reconcileExecutions } from "#shared/workflows/reconcile-executions.ts";
import type { Env } from "./raindrop.gen.ts";

/** Looks after executions that have been silent past their time-out. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    const { stillRunning, drivenAgain, timedOut } = await reconcileExecutions(ctx);
    if (stillRunning + drivenAgain + timedOut > 0) {
      ctx.log.info("silent executions were looked after", { stillRunning, drivenAgain, timedOut });
    }
  }
}
