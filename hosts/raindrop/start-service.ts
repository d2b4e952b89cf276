import { loggable } from "#hosts/node/loggable-path.ts";
import { outcomeOf } from "#hosts/node/outcome.ts";
import { createWorker, type WorkerSpec } from "#hosts/workers/worker.ts";
import { Service } from "#shared/raindrop/handlers.ts";
import { ADDRESS_HEADER } from "#shared/runtime/create-instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";

type ServiceClass = new (ctx: object, env: object) => Service<object>;
type Method = (...args: unknown[]) => unknown;

/** The client's address as Cloudflare, which Raindrop runs on, saw it. */
const CLOUDFLARE_ADDRESS_HEADER = "cf-connecting-ip";

/** The class that Raindrop starts for a service: `fetch`, and the handler's public methods for other services' stubs. */
export function startService(spec: WorkerSpec, Handler: unknown) {
  const ServiceHandler = Handler as ServiceClass; // safe: the layout took it from a service's entry
  const worker = createWorker(spec);

  class StartedService extends Service<object> {
    async fetch(request: Request): Promise<Response> {
      const clean = new Request(request);
      clean.headers.set(ADDRESS_HEADER, request.headers.get(CLOUDFLARE_ADDRESS_HEADER) ?? "");
      return await worker.with(this, ({ run, handlerEnv }) =>
        run({
          functionName: spec.name,
          trigger: "http",
          parent: parseTraceparent(request.headers.get("traceparent")),
          work: async (ctx) => {
            const response = await new ServiceHandler(ctx, handlerEnv).fetch(clean);
            return { value: response, outcome: outcomeOf(response.status) };
          },
          fields: ({ status }) => ({
            method: request.method,
            path: loggable(new URL(request.url).pathname),
            status,
          }),
        }),
      );
    }
  }

  for (const method of publicMethods(ServiceHandler)) {
    Object.defineProperty(StartedService.prototype, method, {
      async value(this: StartedService, ...args: unknown[]) {
        return await worker.with(this, ({ run, handlerEnv }) =>
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
  return StartedService;
}

const publicMethods = (Handler: ServiceClass): string[] =>
  Object.getOwnPropertyNames(Handler.prototype).filter((name) => name !== "constructor" && name !== "fetch");
