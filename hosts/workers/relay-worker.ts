import type { PlatformContext, ScheduledController } from "./platform.ts";
import { createWorker, type WorkerSpec } from "./worker.ts";

/** The sweep: each minute it relays what no writing request has relayed. */
export function relayWorker(spec: WorkerSpec) {
  const worker = createWorker(spec);
  return {
    scheduled: (_controller: ScheduledController, env: object, ctx: PlatformContext): Promise<void> =>
      worker.with({ env, ctx }, async ({ wakeRelay }) => wakeRelay()),
  };
}
