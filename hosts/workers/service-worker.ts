import { WorkerEntrypoint } from "cloudflare:workers";
import { loggable } from "#hosts/node/loggable-path.ts";
import { outcomeOf } from "#hosts/node/outcome.ts";
import type { Service } from "#shared/raindrop/handlers.ts";
import { ADDRESS_HEADER } from "#shared/runtime/create-instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { createWorker, type WorkerSpec } from "./worker.ts";

type ServiceClass = new (ctx: object, env: object) => Service<object>;

/** The address as Cloudflare saw it; nobody else can set this header. */
const CLOUDFLARE_ADDRESS_HEADER = "cf-connecting-ip";

/** The entrypoint of a service: `fetch`, and its public methods for other Workers' service bindings. */
export function serviceWorker(spec: WorkerSpec, Handler: unknown): typeof WorkerEntrypoint {
  const ServiceHandler = Handler as ServiceClass; // safe: the build took it from a service's entry
  const worker = createWorker(spec);

  class ServiceEntrypoint extends WorkerEntrypoint {
    async fetch(request: Request): Promise<Response> {
      const clean = cleanRequest(request, spec.name);
      return await worker.with({ env: this.env, ctx: this.ctx }, ({ run, handlerEnv }) =>
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
            path: loggable(new URL(clean.url).pathname),
            status,
          }),
        }),
      );
    }
  }

  for (const method of publicMethods(ServiceHandler)) {
    Object.defineProperty(ServiceEntrypoint.prototype, method, {
      async value(this: { env: object; ctx: { waitUntil(promise: Promise<unknown>): void } }, ...args: unknown[]) {
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
  return ServiceEntrypoint;
}

type Method = (...args: unknown[]) => unknown;

const publicMethods = (Handler: ServiceClass): string[] =>
  Object.getOwnPropertyNames(Handler.prototype).filter((name) => name !== "constructor" && name !== "fetch");

/** As on every host: no service prefix in the path, and the client's address where only the host can state it. */
function cleanRequest(request: Request, service: string): Request {
  const url = new URL(request.url);
  if (url.pathname === `/${service}` || url.pathname.startsWith(`/${service}/`)) {
    url.pathname = url.pathname.slice(service.length + 1) || "/";
  }
  const clean = new Request(url, request);
  clean.headers.set(ADDRESS_HEADER, request.headers.get(CLOUDFLARE_ADDRESS_HEADER) ?? "");
  return clean;
}
