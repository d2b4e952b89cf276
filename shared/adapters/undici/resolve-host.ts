import { lookup, Resolver } from "node:dns/promises";

export interface Address {
  address: string;
  family: 4 | 6;
}

/** Finds the address of a host's name, or undefined when it has none. Never throws. */
export interface HostResolver {
  /** @param isOperators one that the operator named: it may stand in /etc/hosts or in a search domain */
  resolve(host: string, isOperators: boolean): Promise<Address | undefined>;
}

const KEPT_MS = 5_000;
const MOST_KEPT = 10_000;
const TIMEOUT_MS = 2_000;
const TRIES = 2;

/**
 * Resolves tenants' names by DNS alone, without the system's look-up: that one holds one of libuv's four threads for
 * as long as a dead name server takes, and password hashing waits behind it. An address is kept for five seconds.
 */
export function createHostResolver(): HostResolver {
  const dns = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  const kept = new Map<string, { untilMs: number; found: Promise<Address | undefined> }>();

  async function byDns(host: string): Promise<Address | undefined> {
    const [address] = await dns.resolve4(host).catch(() => []);
    if (address !== undefined) return { address, family: 4 };
    const [wide] = await dns.resolve6(host).catch(() => []);
    return wide === undefined ? undefined : { address: wide, family: 6 };
  }

  async function bySystem(host: string): Promise<Address | undefined> {
    const found = await lookup(host).catch(() => undefined);
    return found && { address: found.address, family: found.family === 6 ? 6 : 4 };
  }

  return {
    async resolve(host, isOperators) {
      const [key, nowMs] = [`${isOperators} ${host}`, performance.now()];
      const known = kept.get(key);
      if (known && known.untilMs > nowMs) return await known.found;
      if (kept.size >= MOST_KEPT) kept.clear();
      const found = isOperators ? bySystem(host) : byDns(host);
      kept.set(key, { untilMs: nowMs + KEPT_MS, found });
      return await found;
    },
  };
}
