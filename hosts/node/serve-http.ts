import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { runInTurn } from "#hosts/running/current-invocation.ts";
import { loggable } from "#hosts/running/loggable-path.ts";
import { outcomeOf } from "#hosts/running/outcome.ts";
import { type Background, Running } from "#hosts/running/run-invocation.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import type { Answer } from "#shared/http/answer-at-once.ts";
import { pathAndQueryOf } from "#shared/http/serve-cached.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { parseTraceparent } from "#shared/tracing/trace-context.ts";
import { createClientAddress } from "./client-address.ts";
import { IncomingAsk } from "./incoming-ask.ts";
import { createSendTogether } from "./send-together.ts";
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
    listener(incoming, outgoing, clientAddress(incoming));
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

/** A host that a request may name without being looked at more closely. */
const PLAIN_HOST = /^[\w.-]+(?::\d{1,5})?$/;

/** Asks the service for an answer at once, else makes a Request: an invocation, whichever way it goes. */
function listenerOf(service: RunningService, { instance, background, hostname }: HttpOptions): Listener {
  const { name, answerAtOnce } = service;
  const begin = (traceparent: string | undefined) =>
    new Running(instance, background, name, "http", parseTraceparent(traceparent));
  const send = createSendTogether();
  /** Invocations of requests that could not be answered at once. */
  const begun = new WeakMap<IncomingMessage, Running>();

  function isAnsweredAtOnce(incoming: IncomingMessage, outgoing: ServerResponse, address: string): boolean {
    if (!answerAtOnce || incoming.method !== "GET") return false;
    const ask = new IncomingAsk(incoming, address);
    if (!PLAIN_HOST.test(ask.header("host") ?? "")) return false;
    const running = begin(ask.header("traceparent"));
    let answer: Answer | undefined;
    try {
      answer = runInTurn(running.invocation, () => answerAtOnce(ask, running));
    } catch (error) {
      instance.log.error("an answer at once failed", { function: name, error: String(error) });
    }
    if (!answer) {
      begun.set(incoming, running);
      return false;
    }
    send(outgoing, answer);
    running.end("ok", () => ({ method: "GET", path: loggable(pathOf(ask.pathAndQuery)), status: 200 }));
    return true;
  }

  const answer = (request: Request, { incoming }: HttpBindings): Response | Promise<Response> => {
    const running = begun.get(incoming) ?? begin(request.headers.get("traceparent") ?? undefined);
    return running.run<Response>({
      work: (ctx) => {
        const response = service.start(ctx).fetch(request);
        return response instanceof Promise ? response.then(done) : done(response);
      },
      fields: ({ status }) => ({ method: request.method, path: loggable(pathOf(pathAndQueryOf(request.url))), status }),
    });
  };
  const listener = getRequestListener((request, env) => answer(request, env as HttpBindings), { hostname }); // safe: HTTP/1.1 only
  return (incoming, outgoing, address) => {
    if (isAnsweredAtOnce(incoming, outgoing, address)) return;
    stateAddress(incoming, address);
    listener(incoming, outgoing);
  };
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse, address: string) => void;

const done = (response: Response) => ({ value: response, outcome: outcomeOf(response.status) });

const pathOf = (pathAndQuery: string): string => /^[^?#]*/.exec(pathAndQuery)?.[0] ?? "";

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
