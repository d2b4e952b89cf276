import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { loggable } from "./loggable-path.ts";
import { outcomeOf } from "./outcome.ts";
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
  /** Takes no new connection and waits for the answers under way; those that take longer are cut off. */
  close(timeoutMs: number): Promise<void>;
}

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
      fields: (response) => ({ method: request.method, path: loggable(url.pathname), status: response.status }),
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
        server.removeAllListeners("error");
        const host = options.hostname.includes(":") ? `[${options.hostname}]` : options.hostname;
        resolve({
          url: `http://${host}:${port}`,
          close: (timeoutMs) => close(server, timeoutMs),
        });
      },
    );
    server.once("error", (error: NodeJS.ErrnoException) => reject(explained(error, options)));
  });
}

/** A keep-alive connection becomes idle when its last answer is out, so closing the idle ones is repeated. */
async function close(server: ServerType, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  if (!("closeIdleConnections" in server)) return await closed;
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

function explained(error: NodeJS.ErrnoException, { hostname, port }: HttpOptions): Error {
  if (error.code === "EADDRINUSE") {
    return new Error(
      `Port ${port} of ${hostname} is taken, perhaps by another Rainwire. Choose another one: PORT=${port + 1} npm start.`,
      { cause: error },
    );
  }
  if (error.code === "EACCES")
    return new Error(`This user may not listen on port ${port}. Choose one above 1023 with PORT.`, { cause: error });
  return error;
}
