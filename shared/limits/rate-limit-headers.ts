import { burstOf, type Quota, unitMs } from "./quota.ts";

/**
 * Fields of draft-ietf-httpapi-ratelimit-headers-11 (structured fields, RFC 9651): names of policies are Strings, `q`, `w`, `r`
 * and `t` Integers. `t` is never so short that `r` in it would be faster than the policy's own rate (section 6).
 */

/** The item of a policy in `RateLimit-Policy`, e.g. `"key";q=6000;w=60;rainwire-burst=1000`. */
export function policyItem(name: string, quota: Quota): string {
  const burst = burstOf(quota);
  const item = `"${name}";q=${quota.limit};w=${Math.ceil(quota.windowMs / 1_000)}`;
  return burst === undefined ? item : `${item};rainwire-burst=${burst}`;
}

/** The item of a policy in `RateLimit`, e.g. `"key";r=42;t=1`. */
export function limitItem(name: string, quota: Quota, remaining: number, freeInMs: number): string {
  return `"${name}";r=${remaining};t=${effectiveSeconds(quota, remaining, freeInMs)}`;
}

/** The seconds within which no more than `remaining` may be used; of a refusal what `Retry-After` says. */
export const effectiveSeconds = (quota: Quota, remaining: number, freeInMs: number): number =>
  Math.max(1, Math.ceil((remaining > 0 ? remaining * unitMs(quota) : freeInMs) / 1_000));
