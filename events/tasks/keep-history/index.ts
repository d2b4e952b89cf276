import { keepHistory } from "#shared/events/keep-history.ts";
import { Task } from "#shared/raindrop/handlers.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import type { Env } from "./raindrop.gen.ts";

/** Makes partitions ahead and enforces retention. */
export default class extends Task<Env> {
  async handle(): Promise<void> {
    await keepHistory(openContext(this.ctx).db);
  }
}
