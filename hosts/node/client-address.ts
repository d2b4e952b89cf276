import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import type { Config } from "#shared/runtime/config.ts";
import { forwardedFromRight } from "./forwarded-header.ts";

/** Whose request it is, as far as it can be known: an IP address, or '' when the connection is gone already. */
export type ClientAddress = (incoming: IncomingMessage) => string;

/**
 * The connection's address; where that is a trusted proxy's, the one for which it says to speak, and so on while those are
 * trusted proxies, too. The header is read from the right, where each proxy adds what it saw itself: what a client wrote into it
 * stands left of the client's own address, and is never reached.
 */
export function createClientAddress({ trustedProxies, forwardedHeader }: Config["proxies"]): ClientAddress {
  const peerOf: ClientAddress = ({ socket }) => socket.remoteAddress ?? "";
  if (trustedProxies.length === 0) return peerOf;
  const isTrusted = matcherOf(trustedProxies);
  return (incoming) => {
    let address = peerOf(incoming);
    const value = incoming.headers[forwardedHeader]; // several lines of it come joined, in their order
    if (typeof value !== "string" || !isTrusted(address)) return address;
    for (const claimed of forwardedHeader === "forwarded" ? forwardedFromRight(value) : listFromRight(value)) {
      const next = addressOf(claimed);
      if (next === undefined) return address; // `unknown`, or a name that the proxy keeps to itself
      address = next;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}

function matcherOf(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = "", prefix] = range.split("/");
    const family = network.includes(":") ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return (address) => isIP(address) !== 0 && list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

function* listFromRight(value: string): Generator<string> {
  for (let end = value.length; end >= 0; ) {
    const comma = end === 0 ? -1 : value.lastIndexOf(",", end - 1);
    yield value.slice(comma + 1, end).trim();
    end = comma;
  }
}

const IN_BRACKETS = /^\[([^\]]+)\](?::[\w.-]+)?$/;
const V4_WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):[\w.-]+$/;
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;

/** The address of a node (RFC 7239 §6), with a port or without; undefined when it is none. */
function addressOf(node: string): string | undefined {
  const address = (IN_BRACKETS.exec(node)?.[1] ?? V4_WITH_PORT.exec(node)?.[1] ?? node).replace(MAPPED, "");
  return isIP(address) === 0 || address.includes("%") ? undefined : address;
}
