import type { Context } from "hono";
import type { Principal } from "#shared/accounts/principal.ts";
import type { Failure } from "#shared/kernel/errors.ts";
import type { CallerMeters, Limiter, Refusal } from "#shared/limits/limiter.ts";
import { type RouteRule, routeRule } from "#shared/limits/policies.ts";
import { effectiveSeconds, limitItem } from "#shared/limits/rate-limit-headers.ts";
import { policiesOf, type SubjectMeter, tightestItemOf } from "#shared/limits/subject-meter.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";
import { addressMeterOf } from "./address-meter.ts";
import type { EdgeEnv } from "./edge.ts";
import { noteRefusal } from "./note-abuse.ts";
import { ProblemError } from "./problem.ts";

/** What is decided before anybody knows which operation it is. */
const ADDRESS_RULE = routeRule("(address)");
/** An endless block says to come back in a day. */
const LONGEST_RETRY_S = 86_400;

/** Refuses, by throwing a problem, a request whose address has used its quota or is blocked. A promise only where somebody else is to be asked. */
export function limitByAddress(ctx: RainwireContext, request: Request): void | Promise<void> {
  const nowMs = ctx.clock();
  const stale = ctx.limits.refresh(nowMs, (work) => ctx.waitUntil(work));
  if (stale) return stale.then(() => admitAddress(ctx, request, ctx.clock()));
  return admitAddress(ctx, request, nowMs);
}

function admitAddress(ctx: RainwireContext, request: Request, nowMs: number): void | Promise<void> {
  const meter = addressMeterOf(ctx, request, nowMs);
  if (!meter) return;
  const refuse = (refusal: Refusal | undefined): void => {
    if (refusal) noteRefusal(ctx, "throttled", meter);
    throwRefusal(refusal, [meter]);
  };
  const refusal = ctx.limits.limiter.admit([meter], ADDRESS_RULE, nowMs);
  if (refusal instanceof Promise) return refusal.then(refuse);
  if (refusal) refuse(refusal);
}

/** Shows the limits of an operation that is open to everybody: its address's. */
export function showAddressLimit(c: Context<EdgeEnv>): void {
  const ctx = c.get("ctx");
  const nowMs = ctx.clock();
  const meter = addressMeterOf(ctx, c.req.raw, nowMs);
  if (meter) show(c, { meters: [meter], policies: meter.policyItem }, nowMs);
}

/** Refuses a caller that has used its quota, its tenant's or the operation's, or is blocked; shows what is left. */
export function limitByCaller(c: Context<EdgeEnv>, principal: Principal, rule: RouteRule): void | Promise<void> {
  const ctx = c.get("ctx");
  const nowMs = ctx.clock();
  const caller = callerMeters(ctx, principal, rule, nowMs);
  const { meters } = caller;
  if (meters.length === 0) return;
  const refusal = ctx.limits.limiter.admit(meters, rule, nowMs);
  if (refusal instanceof Promise) {
    return refusal.then((late) => {
      throwRefusal(late, meters);
      show(c, caller, ctx.clock());
    });
  }
  if (refusal) throwRefusal(refusal, meters);
  show(c, caller, nowMs);
}

/**
 * What {@link limitByAddress} and {@link limitByCaller} do together, when they refuse nothing and have to ask nobody: the
 * header fields that show what is left, names and values in turn. Undefined: go the long way, which counts for itself.
 */
export function admitAtOnce(
  ctx: RainwireContext,
  clientAddress: string,
  principal: Principal,
  rule: RouteRule,
): string[] | undefined {
  const nowMs = ctx.clock();
  if (ctx.limits.refresh(nowMs, (work) => ctx.waitUntil(work))) return undefined;
  const { limiter } = ctx.limits;
  const address = limiter.addressMeter(clientAddress, nowMs);
  if (address && limiter.admit([address], ADDRESS_RULE, nowMs) !== undefined) return undefined;
  const caller = callerMeters(ctx, principal, rule, nowMs);
  if (caller.meters.length === 0) return [];
  if (limiter.admit(caller.meters, rule, nowMs) !== undefined) return undefined;
  return whatIsLeft(caller, nowMs);
}

const callerMeters = (
  { limits: { limiter } }: RainwireContext,
  principal: Principal,
  rule: RouteRule,
  nowMs: number,
): CallerMeters => limiter.metersOf(principal, rule, nowMs, () => findMeters(limiter, principal, rule, nowMs));

/** The caller itself first, so that its tenant's quota is not asked for what its own refuses. */
function findMeters(limiter: Limiter, principal: Principal, rule: RouteRule, nowMs: number): SubjectMeter[] {
  const meters: SubjectMeter[] = [];
  const add = (meter: SubjectMeter | undefined) => meter && meters.push(meter);
  switch (principal.kind) {
    case "key":
      add(limiter.subjectMeter("key", principal.keyId, nowMs));
      add(limiter.subjectMeter("tenant", principal.tenantId, nowMs));
      break;
    case "user":
      add(limiter.subjectMeter("user", principal.userId, nowMs));
      add(limiter.subjectMeter("tenant", principal.tenantId, nowMs));
      break;
    case "run":
      add(limiter.subjectMeter("run", principal.tenantId, nowMs));
      break;
    case "instance":
      break;
  }
  add(limiter.routeMeter(rule, nowMs));
  return meters;
}

function show(c: Context<EdgeEnv>, meters: CallerMeters, nowMs: number): void {
  const fields = whatIsLeft(meters, nowMs);
  for (let i = 0; i < fields.length; i += 2) c.header(fields[i] ?? "", fields[i + 1]);
}

/** @param meters at least one */
const whatIsLeft = ({ meters, policies }: CallerMeters, nowMs: number): string[] => [
  "ratelimit-policy",
  policies,
  "ratelimit",
  tightestItemOf(meters, nowMs),
];

function throwRefusal(refusal: Refusal | undefined, meters: readonly SubjectMeter[]): void {
  if (refusal) throw new ProblemError(failureOf(refusal), refusalHeaders(refusal, meters));
}

/** What a refused caller is told. */
export function failureOf({ why, by }: Refusal): Failure {
  const violatedPolicies = [by.policyName];
  const { limit, windowMs } = by.quota;
  switch (why) {
    case "exceeded":
      return {
        failure: "rate_limited",
        detail: `The limit "${by.policyName}" is ${limit} in ${windowMs / 1_000} s.`,
        violatedPolicies,
      };
    case "blocked":
      return { failure: "blocked", violatedPolicies };
    case "away":
      return { failure: "limits_unavailable", violatedPolicies };
  }
}

/** `Retry-After` never names an earlier moment than the end of the effective window. */
export function refusalHeaders({ by, retryInMs }: Refusal, meters: readonly SubjectMeter[]): Record<string, string> {
  const retryMs = Math.min(retryInMs, LONGEST_RETRY_S * 1_000);
  return {
    "ratelimit-policy": policiesOf(meters),
    ratelimit: limitItem(by.policyName, by.quota, 0, retryMs),
    "retry-after": String(effectiveSeconds(by.quota, 0, retryMs)),
  };
}
