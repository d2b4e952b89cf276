import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { isLocalName } from "#shared/webhooks/local-name.ts";
import { hostOf, isListedHost, parseOutgoingUrl } from "#shared/webhooks/outgoing-url.ts";
import { isPublicAddress } from "#shared/webhooks/public-address.ts";
import type { OutgoingRequest, Sender, SendResult } from "#shared/webhooks/sender.ts";
import { type Address, createHostResolver, type HostResolver } from "./resolve-host.ts";

const MAX_RESPONSE_BYTES = 1_048_576;

export interface SenderOptions {
  /** `name` or `name:port`, whose private addresses may be reached. */
  allowedHosts: readonly string[];
  /**
   * Connections to one host and port at most. Default 1024: who sends bounds what is in flight to a receiver, and one
   * that hangs must not take the connections of its neighbours at the same host.
   */
  connectionsPerHost?: number;
}

export interface NodeSender extends Sender {
  close(): Promise<void>;
}

type Resolution = Address | { refused: string } | { failed: string };

/** Addresses whose connections are kept open. */
const MOST_AGENTS = 4_096;
const PRIVATE = "the host resolves to a private or reserved address; an operator can allow it in ALLOWED_HOSTS";

/** {@link Sender} on Node: the name is resolved once, and the connection goes to that very address. */
export function createSender({ allowedHosts, connectionsPerHost = 1024 }: SenderOptions): NodeSender {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const agents = new Map<string, Agent>();
  const resolver = createHostResolver();

  const agentFor = (address: string, family: 4 | 6): Agent => {
    const known = agents.get(address);
    if (known) return known;
    const agent = new Agent({
      connections: connectionsPerHost,
      keepAliveTimeout: 10_000,
      connect: {
        timeout: 10_000,
        lookup: (_host, options, callback) =>
          options.all ? callback(null, [{ address, family }]) : callback(null, address, family),
      },
    });
    const [oldest] = agents;
    if (oldest && agents.size >= MOST_AGENTS) {
      agents.delete(oldest[0]);
      oldest[1].close().catch(() => undefined); // once its requests have ended
    }
    agents.set(address, agent);
    return agent;
  };

  return {
    async send(outgoing) {
      const startedMs = performance.now();
      const url = parseOutgoingUrl(outgoing.url);
      if (!url) return { kind: "refused", reason: "the URL is not http or https, or carries credentials" };
      const isAllowed = outgoing.isOperatorHost || isListedHost(url, allowed);
      const resolution = await resolveOnce(resolver, url, isAllowed, outgoing.timeoutMs);
      if ("refused" in resolution) return { kind: "refused", reason: resolution.refused };
      if ("failed" in resolution) return { kind: "failed", reason: resolution.failed };
      const leftMs = outgoing.timeoutMs - (performance.now() - startedMs);
      return await exchange(url, outgoing, agentFor(resolution.address, resolution.family), leftMs);
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

async function resolveOnce(
  resolver: HostResolver,
  url: URL,
  isAllowed: boolean,
  timeoutMs: number,
): Promise<Resolution> {
  const host = hostOf(url);
  const family = isIP(host);
  if (!isAllowed && family === 0 && isLocalName(host)) return { refused: PRIVATE };
  const found =
    family === 0
      ? await within(timeoutMs, resolver.resolve(host, isAllowed))
      : { address: host, family: family === 6 ? (6 as const) : (4 as const) };
  if (!found) return { failed: "the host's name does not resolve" };
  if (!isAllowed && !isPublicAddress(found.address)) return { refused: PRIVATE };
  return found;
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  return await Promise.race([work, time]).finally(() => clearTimeout(timer));
}

/** One request and its answer. Undici's own handler, without a stream around the body: most answers have none. */
function exchange(url: URL, outgoing: OutgoingRequest, dispatcher: Agent, leftMs: number): Promise<SendResult> {
  const { method, headers, body, timeoutMs, maxResponseBytes: limit = MAX_RESPONSE_BYTES } = outgoing;
  return new Promise((resolve) => {
    let control: Dispatcher.DispatchController | undefined;
    let isOver = false;
    let status = 0;
    let answerHeaders: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: SendResult) => {
      isOver = true;
      clearTimeout(timer);
      resolve(result);
    };
    const giveUp = (reason: string) => {
      end({ kind: "failed", reason });
      control?.abort(new Error(reason));
    };
    const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`), Math.max(0, leftMs));
    const path = `${url.pathname}${url.search}`;
    dispatcher.dispatch(
      { origin: url.origin, path, method, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          control = controller;
          if (isOver) controller.abort(new Error("its time was over before it had a connection"));
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode;
          answerHeaders = received;
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes <= limit) chunks.push(chunk);
          else if (!isOver) giveUp(`the answer is larger than ${limit} bytes`);
        },
        onResponseEnd: () =>
          end({
            kind: "answered",
            status,
            get headers() {
              return toHeaders(answerHeaders);
            },
            body: chunks.length === 0 ? "" : Buffer.concat(chunks).toString("utf8"),
          }),
        onResponseError: (_controller, error) => end({ kind: "failed", reason: connectionReason(error) }),
      },
    );
  });
}

function toHeaders(received: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  return headers;
}

/** The system's code (ECONNREFUSED …), never an address or a URL. */
const connectionReason = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "the connection failed";
