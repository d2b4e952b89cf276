import { isIP } from "node:net";
import { Agent, request } from "undici";
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
      const url = parseOutgoingUrl(outgoing.url);
      if (!url) return { kind: "refused", reason: "the URL is not http or https, or carries credentials" };
      const deadline = AbortSignal.timeout(outgoing.timeoutMs);
      const isAllowed = outgoing.isOperatorHost || isListedHost(url, allowed);
      const resolution = await resolveOnce(resolver, url, isAllowed, deadline);
      if ("refused" in resolution) return { kind: "refused", reason: resolution.refused };
      if ("failed" in resolution) return { kind: "failed", reason: resolution.failed };
      return await exchange(url, outgoing, agentFor(resolution.address, resolution.family), deadline);
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
  deadline: AbortSignal,
): Promise<Resolution> {
  const host = hostOf(url);
  if (!isAllowed && isIP(host) === 0 && isLocalName(host)) return { refused: PRIVATE };
  const found = await Promise.race([resolver.resolve(host, isAllowed), aborted(deadline)]);
  if (!found) return { failed: "the host's name does not resolve" };
  if (!isAllowed && !isPublicAddress(found.address)) return { refused: PRIVATE };
  return found;
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));

async function exchange(
  url: URL,
  outgoing: OutgoingRequest,
  dispatcher: Agent,
  signal: AbortSignal,
): Promise<SendResult> {
  try {
    const response = await request(url, {
      method: outgoing.method,
      headers: outgoing.headers,
      ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
      dispatcher,
      signal,
    });
    const limit = outgoing.maxResponseBytes ?? MAX_RESPONSE_BYTES;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) {
        response.body.destroy();
        return { kind: "failed", reason: `the answer is larger than ${limit} bytes` };
      }
      chunks.push(chunk);
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(response.headers)) {
      for (const each of [value ?? []].flat()) headers.append(name, each);
    }
    return { kind: "answered", status: response.statusCode, headers, body: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    if (signal.aborted) return { kind: "failed", reason: `no answer within ${outgoing.timeoutMs} ms` };
    return { kind: "failed", reason: connectionReason(error) };
  }
}

/** The system's code (ECONNREFUSED …), never an address or a URL. */
const connectionReason = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "the connection failed";
