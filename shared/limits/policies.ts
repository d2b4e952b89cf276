import type { Quota, WhenAway } from "./quota.ts";
import type { SubjectKind } from "./subject-kinds.ts";

export type Mode = "enforce" | "shadow"; // counts, shows and logs, and refuses nothing

export interface Policy {
  readonly quota: Quota;
  readonly mode: Mode;
  readonly about: string;
}

const MINUTE_MS = 60_000;
const perMinute = (limit: number, burst?: number): Quota => ({ limit, windowMs: MINUTE_MS, burst });

/**
 * What holds until an override says otherwise. A key or a user may work at 100 requests a second, a tenant at 1,000; an
 * address is only kept from flooding what comes before authentication.
 */
export const POLICIES = {
  address: {
    quota: perMinute(6_000, 1_000),
    mode: "enforce",
    about: "One address (of IPv6 a /64), before authentication.",
  },
  neighbour: {
    quota: perMinute(6_000_000),
    mode: "enforce",
    about: "A private or loopback address: a proxy, n8n, or another machine of the operator's.",
  },
  key: { quota: perMinute(6_000, 1_000), mode: "enforce", about: "One API key." },
  user: { quota: perMinute(6_000, 1_000), mode: "enforce", about: "One user, by session or token." },
  tenant: { quota: perMinute(60_000, 10_000), mode: "enforce", about: "All users and keys of one tenant." },
  run: { quota: perMinute(60_000), mode: "enforce", about: "All workflow runs of one tenant." },
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof POLICIES;

/** What an operation declares about its limit. */
export interface RouteLimit {
  /** The units that one request takes of its caller's quotas; of its address's always 1. Default 1. */
  readonly cost?: number;
  /** What becomes of a request while the processes' common count cannot be asked. Default `local`. */
  readonly whenAway?: WhenAway;
  /** A quota of the operation itself, all callers together. Default: none, until an override sets one. */
  readonly quota?: Quota;
}

/** A {@link RouteLimit} with its defaults. */
export interface RouteRule {
  readonly operationId: string;
  readonly cost: number;
  readonly whenAway: WhenAway;
  readonly quota: Quota | undefined;
}

export const routeRule = (
  operationId: string,
  { cost = 1, whenAway = "local", quota }: RouteLimit = {},
): RouteRule => ({
  operationId,
  cost,
  whenAway,
  quota,
});

/** The policy of a subject, unless an override sets another. Undefined: it is not counted. */
export function defaultPolicy(kind: SubjectKind, isOwn: boolean): Policy | undefined {
  if (kind === "address") return isOwn ? POLICIES.neighbour : POLICIES.address;
  return kind in POLICIES ? POLICIES[kind as PolicyName] : undefined; // safe: asked for
}
