import ipaddr from "ipaddr.js";
import type { SubjectKind } from "./subject-kinds.ts";

export interface Subject {
  readonly kind: SubjectKind;
  readonly id: string;
}

/** All subjects of a kind, in an override. */
export const EVERY = "*";

/** What requests count for whose address nobody states. */
const UNKNOWN: AddressSubject = { id: "unknown", isOwn: true };

export interface AddressSubject {
  readonly id: string;
  /** A private or loopback address: a proxy, n8n, or another machine of the operator's. */
  readonly isOwn: boolean;
}

const OWN_RANGES: readonly string[] = ["loopback", "private", "linkLocal", "uniqueLocal", "unspecified"];

/**
 * The subject of an address. An IPv6 counts with its /64, of which a subscriber has at least one (RFC 6177); an IPv4 that is mapped
 * into IPv6 is that IPv4.
 */
export function addressSubject(text: string): AddressSubject {
  if (!ipaddr.isValid(text)) return UNKNOWN;
  const address = ipaddr.process(text);
  const isOwn = OWN_RANGES.includes(address.range());
  if (address.kind() === "ipv4") return { id: address.toString(), isOwn };
  const parts = (address as ipaddr.IPv6).parts.slice(0, 4); // safe: its kind was asked
  return { id: `${parts.map((part) => part.toString(16)).join(":")}::/64`, isOwn };
}

/** A subject as somebody names it: of an address, the one that it counts for. */
export function subjectOf(kind: SubjectKind, id: string): Subject {
  if (kind !== "address" || id === EVERY || id.endsWith("::/64")) return { kind, id };
  return { kind, id: addressSubject(id).id };
}
