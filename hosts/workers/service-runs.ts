import { loggable } from "#hosts/running/loggable-path.ts";
import { outcomeOf } from "#hosts/running/outcome.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { Service } from "#shared/raindrop/handlers.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { createWorker, type WorkerSpec } from "./worker.ts";

type ServiceClass = new (ctx: object, env: object) => Service<object>;
type Method = (...args: unknown[]) => unknown;

/** What the platform hands to the class that it starts. */
export interface Entry {
  env: object;
  ctx: { waitUntil(promise: Promise<unknown>): void };
}

export interface ServiceRuns {
  /** Answers a request as one invocation of the service, at the path that its handler is to see. */
  fetch(entry: Entry, request: Request, url?: URL): Promise<Response>;
  /** Gives an entry class the handler's public methods, each call an invocation of its own. */
  addMethods(prototype: object): void;
}

/** The address as Cloudflare saw it; nobody else can set this header. */
const CLOUDFLARE_ADDRESS_HEADER = "cf-connecting-ip";

/** How a service's invocations run behind whatever class its platform starts. */
export function serviceRuns(spec: WorkerSpec, Handler: unknown): ServiceRuns {
  const ServiceHandler = Handler as ServiceClass; // safe: taken from a service's entry
  const worker = createWorker(spec);
  return {
    async fetch({ env, ctx: platform }, request, url = new URL(request.url)) {
      const clean = new Request(url, request);
      clean.headers.set(ADDRESS_HEADER, request.headers.get(CLOUDFLARE_ADDRESS_HEADER) ?? "");
      return await worker.with({ env, ctx: platform }, ({ run, handlerEnv }) =>
        run({
          functionName: spec.name,
          trigger: "http",
          parent: parseTraceparent(request.headers.get("traceparent")),
          work: async (ctx) => {
            const response = await new ServiceHandler(ctx, handlerEnv).fetch(clean);
            return { value: response, outcome: outcomeOf(response.status) };
          },
          fields: ({ status }) => ({ method: request.method, path: loggable(url.pathname), status }),
        }),
      );
    },
    addMethods(prototype) {
      for (const method of publicMethods(ServiceHandler)) {
        Object.defineProperty(prototype, method, {
          async value(this: Entry, ...args: unknown[]) {
            return await worker.with({ env: this.env, ctx: this.ctx }, ({ run, handlerEnv }) =>
              run({
                functionName: spec.name,
                trigger: "call",
                work: async (ctx) => {
                  const handler = new ServiceHandler(ctx, handlerEnv) as unknown as Record<string, Method>; // safe: named by its prototype
                  return { value: await handler[method]?.(...args), outcome: "ok" };
                },
              }),
            );
          },
        });
      }
    },
  };
}

const publicMethods = (Handler: ServiceClass): string[] =>
  Object.getOwnPropertyNames(Handler.prototype).filter((name) => name !== "constructor" && name !== "fetch");
