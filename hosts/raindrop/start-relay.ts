import { createWorker, type WorkerSpec } from "#hosts/workers/worker.ts";
import { Task } from "#shared/raindrop/handlers.ts";

/** The class of the layout's own task: each minute it relays what no writing invocation has relayed. */
export function startRelay(spec: WorkerSpec) {
  const worker = createWorker(spec);
  return class StartedRelay extends Task<object> {
    async handle(): Promise<void> {
      await worker.with(this, async ({ wakeRelay }) => wakeRelay());
    }
  };
}
