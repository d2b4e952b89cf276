import ipaddr from "ipaddr.js";
import { isLocalName } from "./local-name.ts";
import { hostOf, isListedHost, parseOutgoingUrl } from "./outgoing-url.ts";
import { isPublicAddress } from "./public-address.ts";

const LONGEST_URL = 2000;

/**
 * Why an endpoint's URL cannot be taken, or undefined when it can. Sees what is written: an address in any spelling
 * (the URL parser turns them all into one), a name that is local by itself. Where a name leads is the sender's to check
 * each time it is used.
 * @param allowedHosts the operator's list: `name` or `name:port`
 */
export function refusalOf(text: string, allowedHosts: readonly string[]): string | undefined {
  if (text.length > LONGEST_URL) return `is longer than ${LONGEST_URL} characters`;
  const url = parseOutgoingUrl(text);
  if (!url) return "is not an http or https URL without credentials";
  if (url.hash) return "has a fragment, which is never sent";
  if (isListedHost(url, new Set(allowedHosts.map((host) => host.toLowerCase())))) return undefined;
  const host = hostOf(url);
  if (ipaddr.isValid(host)) {
    return isPublicAddress(host) ? undefined : "is a private or reserved address; an operator can allow it";
  }
  if (isLocalName(host)) return "names a local host; an operator can allow it";
  return undefined;
}
