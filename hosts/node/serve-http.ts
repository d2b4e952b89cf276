import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { loggable } from "#hosts/running/loggable-path.ts";
import { outcomeOf } from "#hosts/running/outcome.ts";
import { type Background, runInvocation } from "#hosts/running/run-invocation.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { createClientAddress } from "./client-address.ts";
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
  const { services, rootService, hostname, port } = options;
  const listeners = new Map([...services].map(([name, service]) => [name, listenerOf(service, options)]));
  const root = listeners.get(rootService);
  const clientAddress = createClientAddress(options.instance.config.proxies);

  const server = createServer((incoming, outgoing) => {
    const { url = "/" } = incoming;
    const name = /^\/([^/?#]*)/.exec(url)?.[1] ?? "";
    const named = listeners.get(name);
    const listener = named ?? root;
    if (!listener) return outgoing.writeHead(404).end();
    // Before a Request is made of it: to change one afterwards means to copy it.
    if (named) incoming.url = url.slice(name.length + 1).replace(/^(?!\/)/, "/");
    stateAddress(incoming, clientAddress(incoming));
    listener(incoming, outgoing);
  });
  return await new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explained(error, options)));
    server.listen(port, hostname, () => {
      server.removeAllListeners("error");
      const host = hostname.includes(":") ? `[${hostname}]` : hostname;
      resolve({
        url: `http://${host}:${(server.address() as AddressInfo).port}`, // safe: it listens on a port
        close: (timeoutMs) => close(server, timeoutMs),
      });
    });
  });
}

function listenerOf(service: RunningService, { instance, background, hostname }: HttpOptions) {
  const answer = (request: Request): Response | Promise<Response> =>
    runInvocation<Response>(instance, background, {
      functionName: service.name,
      trigger: "http",
      parent: parseTraceparent(request.headers.get("traceparent")),
      work: (ctx) => {
        const response = service.start(ctx).fetch(request);
        return response instanceof Promise ? response.then(done) : done(response);
      },
      fields: ({ status }) => ({ method: request.method, path: loggable(pathOf(request.url)), status }),
    });
  return getRequestListener(answer, { hostname });
}

const done = (response: Response) => ({ value: response, outcome: outcomeOf(response.status) });

const pathOf = (url: string): string => /^[^:]+:\/\/[^/]*([^?#]*)/.exec(url)?.[1] ?? "";

/** States the client's address in the header that only hosts set: what a client sends of it goes. */
function stateAddress({ rawHeaders, headers }: IncomingMessage, address: string): void {
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) {
    if (rawHeaders[i]?.length === ADDRESS_HEADER.length && rawHeaders[i]?.toLowerCase() === ADDRESS_HEADER)
      rawHeaders.splice(i, 2);
  }
  // A Request takes its headers from the one or the other; node parses as many as came.
  rawHeaders.push(ADDRESS_HEADER, address);
  headers[ADDRESS_HEADER] = address;
}

/** A keep-alive connection becomes idle when its last answer is out, so closing the idle ones is repeated. */
async function close(server: Server, timeoutMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
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
