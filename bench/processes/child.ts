import { fork } from "node:child_process";
import { once } from "node:events";

/** What a child answers, by name. */
export type Api = Record<string, (input: never) => unknown>;

interface Call {
  id: number;
  name: string;
  input: unknown;
}

type Answer = { id: number; value: unknown } | { id: number; error: string };

/** A Node process of this bench that is asked by name. */
export interface Child<A extends Api> {
  readonly pid: number;
  ask<Name extends keyof A & string>(name: Name, ...input: Parameters<A[Name]>): Promise<Awaited<ReturnType<A[Name]>>>;
  /** Ends it at once. */
  end(): Promise<void>;
}

/** Starts a file that calls {@link answerCalls}; it ends with this process. */
export function startChild<A extends Api>(path: string, execArgv: string[] = []): Child<A> {
  const child = fork(path, { execArgv, serialization: "advanced" });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let isTold = false;
  let lastId = 0;
  child.on("message", (answer) => {
    const given = answer as Answer; // safe: only answerCalls writes here
    const asked = waiting.get(given.id);
    waiting.delete(given.id);
    if ("error" in given) asked?.reject(new Error(given.error));
    else asked?.resolve(given.value);
  });
  child.once("exit", (code, signal) => {
    if (isTold) return;
    for (const { reject } of waiting.values()) reject(new Error(`${path} ended (${signal ?? `code ${code}`}).`));
  });
  return {
    pid: child.pid ?? 0,
    ask(name, ...[input]) {
      lastId += 1;
      const id = lastId;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      child.send({ id, name, input } satisfies Call);
      return answered as ReturnType<typeof this.ask<typeof name>>; // safe: the child answers what its type says
    },
    async end() {
      isTold = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Answers the parent's calls for as long as it is there. */
export function answerCalls(api: Api): void {
  const answer = (given: Answer) => process.send?.(given);
  process.on("message", (message) => {
    const { id, name, input } = message as Call; // safe: only startChild writes here
    Promise.resolve()
      .then(() => api[name]?.(input as never)) // safe: the caller's type is this api's
      .then(
        (value) => answer({ id, value }),
        (error: unknown) =>
          answer({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      );
  });
  process.once("disconnect", () => process.exit(0));
}

/** Milliseconds on the machine's monotonic clock, which every process reads alike. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
