import ipaddr from "ipaddr.js";
import { hostOf, isListedHost, parseOutgoingUrl } from "#shared/webhooks/outgoing-url.ts";
import { isPublicAddress } from "#shared/webhooks/public-address.ts";
import type { OutgoingRequest, Sender, SendResult } from "#shared/webhooks/sender.ts";

const MAX_RESPONSE_BYTES = 1_048_576;
/** Names that only a private network resolves (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa|localdomain|test|invalid)$/i;

/**
 * {@link Sender} over `fetch`, for hosts without DNS and sockets. It cannot connect to the address it has checked: a
 * name that resolves to a private address is refused by its form only (docs/operations.md, "Cloudflare Workers").
 */
export function createFetchSender({ allowedHosts }: { allowedHosts: readonly string[] }): Sender {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
  return {
    async send(outgoing) {
      const url = parseOutgoingUrl(outgoing.url);
      if (!url) return { kind: "refused", reason: "the URL is not http or https, or carries credentials" };
      if (!outgoing.isOperatorHost && !isListedHost(url, allowed) && !isPublicHost(hostOf(url))) {
        return {
          kind: "refused",
          reason: "the host is a private or reserved address or name; an operator can allow it in ALLOWED_HOSTS",
        };
      }
      return await exchange(url, outgoing);
    },
  };
}

/** `new URL` has written decimal, octal and hexadecimal spellings of IPv4 out already (WHATWG URL, "host parsing"). */
function isPublicHost(host: string): boolean {
  if (ipaddr.isValid(host)) return isPublicAddress(host);
  return host.includes(".") && !PRIVATE_NAME.test(host);
}

async function exchange(url: URL, outgoing: OutgoingRequest): Promise<SendResult> {
  const signal = AbortSignal.timeout(outgoing.timeoutMs);
  try {
    const response = await fetch(url, {
      method: outgoing.method,
      headers: outgoing.headers,
      ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
      redirect: "manual",
      signal,
    });
    const body = await readUpTo(response, outgoing.maxResponseBytes ?? MAX_RESPONSE_BYTES);
    if (body === undefined) {
      const limit = outgoing.maxResponseBytes ?? MAX_RESPONSE_BYTES;
      return { kind: "failed", reason: `the answer is larger than ${limit} bytes` };
    }
    return { kind: "answered", status: response.status, headers: new Headers(response.headers), body };
  } catch {
    // The runtime's message may hold the address.
    const reason = signal.aborted ? `no answer within ${outgoing.timeoutMs} ms` : "the connection failed";
    return { kind: "failed", reason };
  }
}

async function readUpTo(response: Response, limitBytes: number): Promise<string | undefined> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > limitBytes) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
