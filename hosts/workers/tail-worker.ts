import { createNeonClient, neonDatabase } from "#shared/adapters/neon/database.ts";
import { gather } from "#shared/costs/gathered-records.ts";
import { type Pack, writePack } from "#shared/costs/write-pack.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { joinUsage } from "./join-usage.ts";
import type { PlatformContext, TraceItem } from "./platform.ts";

const PACK_RECORDS = 1_000;

/**
 * The Tail consumer of every other Worker: writes their usage records in packs. An isolate counts a sequence of its
 * own; there is no count of what was served beside it, so a lost pack does not show as it does on Node.
 */
export function tailWorker(application: string) {
  let processId: number | undefined;
  let sequence = 0;

  return {
    async tail(traces: readonly TraceItem[], env: { DATABASE_URL: string }, _ctx: PlatformContext): Promise<void> {
      const records = joinUsage(traces, { application, nowMs: Date.now() });
      if (records.length === 0) return;
      const database = neonDatabase(createNeonClient(env.DATABASE_URL));
      processId ??= 1 + ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % (2 ** 31 - 2));
      for (let i = 0; i < records.length; i += PACK_RECORDS) {
        const packed = gather(records.slice(i, i + PACK_RECORDS));
        const pack: Pack = { id: uuidv7(), processId, host: "workers", firstSequence: sequence, records: packed };
        sequence += packed.count;
        await writePack(database, pack);
      }
    },
  };
}
