import { keepLedger } from "#shared/costs/ledger/keep-ledger.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Rolls usage records up, prices the open months, and tells of records that are missing. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    const { db, clock, log } = openContext(this.ctx);
    const { rolledUp, priced, gaps } = await keepLedger(db, clock());
    if (gaps > 0) log.warn("invocations left no usage record", { processes: gaps });
    const changed = priced.reduce((sum, each) => sum + each.changed, 0);
    log.info("costs are current", { packs: rolledUp.packs, records: rolledUp.records, changed });
  }
}
