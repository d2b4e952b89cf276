import { Cron } from "croner";
import pg from "pg";
import type { TaskDeclaration } from "#hosts/manifest/manifest.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import { type Background, runInvocation } from "#hosts/running/run-invocation.ts";
import type { Task } from "#shared/raindrop/handlers.ts";
import type { Instance } from "#shared/runtime/instance.ts";

export interface ScheduledTask {
  declaration: TaskDeclaration;
  Handler: HandlerClass;
  env: object;
}

export interface Scheduler {
  isLeader(): boolean;
  stop(): Promise<void>;
}

/** Key of the advisory lock that the leader holds: of all processes one ticks. */
export const LEADER_LOCK = 7_261_696_001;
const CONTEND_MS = 2_000;
/** A task has five minutes (facts of the platform); the scheduler does not wait longer when it stops. */
const LONGEST_STOP_MS = 10_000;

/**
 * Ticks the manifest's tasks in the one process that leads. The lock lives on a connection of its own, so a leader that
 * dies is succeeded within seconds; a tick that nobody led is not made up for.
 */
export function scheduleTasks(
  connectionString: string,
  tasks: readonly ScheduledTask[],
  instance: Instance,
  background: Background,
): Scheduler {
  let client: pg.Client | undefined;
  let isStopped = false;
  let contending: Promise<void> = Promise.resolve();
  const running = new Set<Promise<unknown>>();

  async function contend(): Promise<void> {
    if (client || isStopped) return;
    const candidate = new pg.Client({ connectionString, application_name: "rainwire-leader", keepAlive: true });
    candidate.on("error", () => {
      if (client === candidate) client = undefined;
    });
    candidate.on("end", () => {
      if (client === candidate) client = undefined;
    });
    try {
      await candidate.connect();
      const { rows } = await candidate.query("select pg_try_advisory_lock($1) as leads", [LEADER_LOCK]);
      if (rows[0]?.leads && !isStopped) client = candidate;
      else await candidate.end();
    } catch {
      await candidate.end().catch(() => undefined);
    }
  }

  const timer = setInterval(() => {
    contending = contending.then(contend);
  }, CONTEND_MS);
  contending = contend();

  const jobs = tasks.map(({ declaration, Handler, env }) => {
    let due: Date | null = null;
    const job = new Cron(declaration.cron, { timezone: "UTC" }, () => {
      const scheduledTime = due?.getTime() ?? instance.clock();
      due = job.nextRun();
      if (!client) return;
      const tick = { type: "scheduled" as const, cron: declaration.cron, scheduledTime };
      const run = runInvocation(instance, background, {
        functionName: declaration.name,
        trigger: "tick",
        work: async (ctx) => {
          await (new Handler(ctx, env) as Task<object>).handle(tick); // safe: a task's class has handle (types of shared/raindrop)
          return { value: undefined, outcome: "ok" };
        },
      }).catch((error: unknown) =>
        instance.log.error("a task failed", { task: declaration.name, error: String(error) }),
      );
      running.add(run);
      run.finally(() => running.delete(run));
    });
    due = job.nextRun();
    return job;
  });

  return {
    isLeader: () => client !== undefined,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      for (const job of jobs) job.stop();
      await contending;
      const timeout = new Promise((resolve) => setTimeout(resolve, LONGEST_STOP_MS).unref());
      await Promise.race([Promise.all(running), timeout]);
      await client?.end().catch(() => undefined);
    },
  };
}
