import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Outcome } from "#shared/costs/invocation.ts";
import { ADDRESS_HEADER } from "#shared/runtime/create-instance.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { type Background, runInvocation } from "./run-invocation.ts";
import type { RunningService } from "./services.ts";

export interface HttpOptions {
  instance: Instance;
  services: ReadonlyMap<string, RunningService>;
  /** Answers paths that begin with no service's name, so that `/v2/unified` is `/api/v2/unified`. */
  rootService: string;
  background: Background;
  hostname: string;
  port: number;
}

export interface HttpServer {
  url: string;
  /** Takes no new connection and waits for the answers under way. */
  close(): Promise<void>;
}

const outcomeOf = (status: number): Outcome => (status >= 500 ? "error" : status >= 400 ? "client_error" : "ok");

/** One port for all public services, a path prefix each; handlers see clean paths. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { instance, services, rootService, background } = options;

  async function answer(request: Request, address: string): Promise<Response> {
    const url = new URL(request.url);
    const [, first = ""] = url.pathname.split("/", 2);
    const named = services.get(first);
    const service = named ?? services.get(rootService);
    if (!service) return new Response(null, { status: 404 });
    if (named) url.pathname = url.pathname.slice(first.length + 1) || "/";
    const clean = new Request(url, request);
    clean.headers.set(ADDRESS_HEADER, address);
    return await runInvocation(instance, background, {
      functionName: service.name,
      trigger: "http",
      parent: parseTraceparent(request.headers.get("traceparent")),
      work: async (ctx) => {
        const response = await service.start(ctx).fetch(clean);
        return { value: response, outcome: outcomeOf(response.status) };
      },
      fields: (response) => ({ method: request.method, path: url.pathname, status: response.status }),
    });
  }

  return await new Promise((resolve, reject) => {
    const server = serve(
      {
        hostname: options.hostname,
        port: options.port,
        fetch: (request, env) => answer(request, "incoming" in env ? (env.incoming.socket.remoteAddress ?? "") : ""),
      },
      ({ port }: AddressInfo) => {
        server.removeListener("error", reject);
        const host = options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname;
        resolve({
          url: `http://${host}:${port}`,
          close: () =>
            new Promise((closed) => {
              server.close(() => closed());
              if ("closeIdleConnections" in server) server.closeIdleConnections();
            }),
        });
      },
    );
    server.once("error", reject);
  });
}
