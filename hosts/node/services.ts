import type { ServiceDeclaration } from "#hosts/manifest/manifest.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import { outcomeOf } from "#hosts/running/outcome.ts";
import { type Background, runInvocation } from "#hosts/running/run-invocation.ts";
import type { AnswerAtOnce } from "#shared/http/answer-at-once.ts";
import type { HostContext } from "#shared/runtime/host-context.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";

export interface Fetching {
  fetch(request: Request): Response | Promise<Response>;
}

export interface RunningService {
  name: string;
  isPublic: boolean;
  /** What its class offers beside `fetch`, if it does. */
  answerAtOnce: AnswerAtOnce | undefined;
  /** A handler object for one invocation. */
  start(ctx: HostContext): Fetching;
}

/** @param env set after all services exist, since each may hold stubs of the others */
export function runningService(
  declaration: ServiceDeclaration,
  Handler: HandlerClass,
  env: () => object,
): RunningService {
  return {
    name: declaration.name,
    isPublic: declaration.visibility === "public",
    answerAtOnce: (Handler as { answerAtOnce?: AnswerAtOnce }).answerAtOnce, // safe: what the port is called
    start: (ctx) => new Handler(ctx, env()) as Fetching, // safe: a service's class has fetch (types of shared/raindrop)
  };
}

/**
 * A service as other handlers see it: `fetch` and every public method, each call an invocation of its own. Members
 * that the class does not have are refused by name.
 */
export function serviceStub(find: () => RunningService, instance: () => Instance, background: Background): object {
  return new Proxy(
    {},
    {
      get(_, member) {
        if (typeof member !== "string" || member === "then") return undefined;
        return (...args: unknown[]) => {
          const service = find();
          const [first] = args;
          return runInvocation(instance(), background, {
            functionName: service.name,
            trigger: "call",
            parent: first instanceof Request ? parseTraceparent(first.headers.get("traceparent")) : undefined,
            work: async (ctx) => {
              const handler = service.start(ctx) as unknown as Record<string, unknown>; // safe: looked up by name below
              const method = handler[member];
              if (typeof method !== "function") throw new TypeError(`Service ${service.name} has no method ${member}.`);
              const value: unknown = await method.apply(handler, args);
              return { value, outcome: value instanceof Response ? outcomeOf(value.status) : "ok" };
            },
          });
        };
      },
    },
  );
}
