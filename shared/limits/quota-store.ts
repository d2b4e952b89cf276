/** What a process tells about its part of a quota, and asks for. */
export interface QuotaExchange {
  /** The policy and the subject. */
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  /** Units at once; 0: the whole limit. */
  readonly burst: number;
  /** The process, or whoever else leases. */
  readonly holder: string;
  /** Leased units used since the last exchange: pairs of their age in ms and their number. */
  readonly used: readonly (readonly [ageMs: number, units: number])[];
  /** Leased units that are no longer wanted. */
  readonly returned: number;
  /** Units without which nothing is granted: the cost of the request that waits. */
  readonly need: number;
  /** Units for all requests that wait now, `need` or more: what is granted of them counts as used at once. */
  readonly demand: number;
  /** Units for requests that may come; granted from this process's share of what is free. */
  readonly hope: number;
  /** How long this process's lease stays its own when nothing more is heard of it. */
  readonly holdMs: number;
}

export interface QuotaGrant {
  /** Units that the holder may use beside those that it has. */
  readonly granted: number;
  /** Units that nobody has used or leased, after the grant. */
  readonly free: number;
  /** Until units become free again, in ms; 0: some are. */
  readonly freeInMs: number;
  /** Processes that leased of this quota within a window, this one included. */
  readonly holders: number;
}

/**
 * Quotas that processes share. Units are used or leased; what is leased and not heard of again becomes free when the
 * lease ends, and what a late report says was used counts all the same.
 */
export interface QuotaStore {
  /** Undefined: the store cannot be asked now. Never throws. */
  exchange(exchange: QuotaExchange): Promise<QuotaGrant | undefined>;
}

/** Used units are kept by slices of the window: they count for up to one slice longer than it. */
export const SLICES = 250;

export const sliceMsOf = (windowMs: number): number => Math.max(1, Math.ceil(windowMs / SLICES));
