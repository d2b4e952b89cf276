/** The URL when it is http or https and carries no credentials. */
export function parseOutgoingUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:") || url.username || url.password) return undefined;
  return url;
}

/** Whether an operator's list (`name` or `name:port`) names the URL's host; the scheme's own port counts as stated. */
export function isListedHost(url: URL, allowed: ReadonlySet<string>): boolean {
  const { hostname, port, protocol } = url;
  return allowed.has(hostname) || allowed.has(`${hostname}:${port || (protocol === "https:" ? "443" : "80")}`);
}

/** The host as a name or a bare address: no brackets, no closing dot. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
