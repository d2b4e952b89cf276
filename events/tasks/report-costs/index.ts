import { announceReports } from "#shared/costs/notices/announce-reports.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Tells of monthly cost reports that are due: after the end of a month, and once it is closed. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const ctx = openContext(this.ctx);
    const told = await announceReports(ctx);
    if (told > 0) ctx.log.info("cost reports are ready", { told });
  }
}
