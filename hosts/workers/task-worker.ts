import type { Task } from "#shared/raindrop/handlers.ts";
import type { PlatformContext, ScheduledController } from "./platform.ts";
import { createWorker, type WorkerSpec } from "./worker.ts";

type TaskClass = new (ctx: object, env: object) => Task<object>;

/** The handler of a task's Worker, for its cron trigger. */
export function taskWorker(spec: WorkerSpec, Handler: unknown) {
  const worker = createWorker(spec);
  const TaskHandler = Handler as TaskClass; // safe: the build took it from a task's entry
  return {
    scheduled: ({ cron, scheduledTime }: ScheduledController, env: object, ctx: PlatformContext): Promise<void> =>
      worker.with({ env, ctx }, ({ run, handlerEnv }) =>
        run({
          functionName: spec.name,
          trigger: "tick",
          work: async (invocation) => {
            await new TaskHandler(invocation, handlerEnv).handle({ type: "scheduled", cron, scheduledTime });
            return { value: undefined, outcome: "ok" };
          },
        }),
      ),
  };
}
