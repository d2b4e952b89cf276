import ipaddr from "ipaddr.js";

/** Of IPv6, only 2000::/3 is given out as global unicast (RFC 4291 §2.4, IANA); `::127.0.0.1` is not. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** True for a global unicast address only; an IPv4 address inside IPv6 counts as itself. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const plain = ipaddr.process(address);
  return plain.range() === "unicast" && (plain.kind() === "ipv4" || plain.match(GLOBAL_UNICAST_V6));
}
