import { Task, type Tick } from "#shared/raindrop/handlers.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";

export default class extends Task<{ NOTES: KvCache }> {
  async handle(tick: Tick): Promise<void> {
    await this.env.NOTES.put("tick", JSON.stringify(tick));
  }
}
