import { createWorker, type WorkerSpec } from "#hosts/workers/worker.ts";
import { Task, type Tick } from "#shared/raindrop/handlers.ts";

type TaskClass = new (ctx: object, env: object) => Task<object>;

/** The class that Raindrop starts for a task. */
export function startTask(spec: WorkerSpec, Handler: unknown) {
  const TaskHandler = Handler as TaskClass; // safe: the layout took it from a task's entry
  const worker = createWorker(spec);
  return class StartedTask extends Task<object> {
    async handle({ type, cron, scheduledTime }: Tick): Promise<void> {
      await worker.with(this, ({ run, handlerEnv }) =>
        run({
          functionName: spec.name,
          trigger: "tick",
          work: async (ctx) => {
            await new TaskHandler(ctx, handlerEnv).handle({ type, cron, scheduledTime });
            return { value: undefined, outcome: "ok" };
          },
        }),
      );
    }
  };
}
