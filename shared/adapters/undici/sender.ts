import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { Agent, request } from "undici";
import { hostOf, isListedHost, parseOutgoingUrl } from "#shared/webhooks/outgoing-url.ts";
import { isPublicAddress } from "#shared/webhooks/public-address.ts";
import type { OutgoingRequest, Sender, SendResult } from "#shared/webhooks/sender.ts";

const MAX_RESPONSE_BYTES = 1_048_576;

export interface SenderOptions {
  /** `name` or `name:port`, whose private addresses may be reached. */
  allowedHosts: readonly string[];
  /** Connections to one address at most. Default 64. */
  connectionsPerHost?: number;
}

export interface NodeSender extends Sender {
  close(): Promise<void>;
}

type Resolution = { address: string; family: 4 | 6 } | { refused: string } | { failed: string };

/** {@link Sender} on Node: the name is resolved once, and the connection goes to that very address. */
export function createSender({ allowedHosts, connectionsPerHost = 64 }: SenderOptions): NodeSender {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const agents = new Map<string, Agent>();

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
    agents.set(address, agent);
    return agent;
  };

  return {
    async send(outgoing) {
      const url = parseOutgoingUrl(outgoing.url);
      if (!url) return { kind: "refused", reason: "the URL is not http or https, or carries credentials" };
      const deadline = AbortSignal.timeout(outgoing.timeoutMs);
      const isAllowed = outgoing.isOperatorHost || isListedHost(url, allowed);
      const resolution = await resolveOnce(url, isAllowed, deadline);
      if ("refused" in resolution) return { kind: "refused", reason: resolution.refused };
      if ("failed" in resolution) return { kind: "failed", reason: resolution.failed };
      return await exchange(url, outgoing, agentFor(resolution.address, resolution.family), deadline);
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

async function resolveOnce(url: URL, isAllowed: boolean, deadline: AbortSignal): Promise<Resolution> {
  const host = hostOf(url);
  const found = isIP(host)
    ? { address: host, family: isIP(host) as 4 | 6 } // safe: not 0
    : await Promise.race([lookup(host).catch(() => undefined), aborted(deadline)]);
  if (!found) return { failed: "the host's name does not resolve" };
  if (!isAllowed && !isPublicAddress(found.address)) {
    return { refused: `the host resolves to a private or reserved address; an operator can allow it in ALLOWED_HOSTS` };
  }
  return { address: found.address, family: found.family === 6 ? 6 : 4 };
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
