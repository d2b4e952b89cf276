import type { Clock } from "#shared/kernel/clock.ts";
import { type Pace, paceAfter, paceAllows, paceFreeInMs } from "./gcra.ts";
import { type QuotaExchange, type QuotaGrant, type QuotaStore, sliceMsOf } from "./quota-store.ts";

interface State {
  /** Used units by slice of time, the oldest first except for late reports. */
  slices: Map<number, number>;
  used: number;
  arrivalMs: number;
  holders: Map<string, { units: number; endsAtMs: number; seenAtMs: number }>;
}

/** {@link QuotaStore} of one process: what simulations and tests share, decided exactly as in Redis. */
export function memoryQuotaStore(clock: Clock): QuotaStore {
  const states = new Map<string, State>();
  return {
    async exchange(exchange) {
      const state = states.get(exchange.key) ?? { slices: new Map(), used: 0, arrivalMs: 0, holders: new Map() };
      states.set(exchange.key, state);
      return exchangeQuota(state, exchange, clock());
    },
  };
}

function exchangeQuota(state: State, exchange: QuotaExchange, nowMs: number): QuotaGrant {
  const { limit, windowMs, burst, holder, returned, need, demand, hope, holdMs } = exchange;
  const pace: Pace | undefined = burst > 0 && burst < limit ? { burst, unitMs: windowMs / limit } : undefined;
  const settled = settle(state, exchange, nowMs);

  const own = state.holders.get(holder) ?? { units: 0, endsAtMs: 0, seenAtMs: 0 };
  let held = 0;
  for (const [id, other] of state.holders) {
    if (other.endsAtMs <= nowMs) other.units = 0;
    if (other.seenAtMs + windowMs <= nowMs) state.holders.delete(id);
    if (id !== holder) held += other.units;
  }
  own.units = Math.max(0, own.units - settled - returned);
  if (pace && returned > 0) state.arrivalMs = paceAfter(state.arrivalMs, nowMs, -returned, pace);
  state.holders.set(holder, own);

  const unused = Math.max(0, limit - state.used - held - own.units);
  const free = pace ? Math.min(unused, paceAllows(state.arrivalMs, nowMs, pace)) : unused;
  const share = Math.floor(free / state.holders.size);
  const granted = free < need ? 0 : Math.max(Math.min(free, demand), Math.min(demand + hope, share));
  if (pace) state.arrivalMs = paceAfter(state.arrivalMs, nowMs, granted, pace);
  const charged = Math.min(granted, demand);
  use(state, Math.floor(nowMs / sliceMsOf(windowMs)), charged);
  own.units += granted - charged;
  own.endsAtMs = nowMs + holdMs;
  own.seenAtMs = nowMs;
  const left = free - granted;
  const pacedMs = pace ? paceFreeInMs(state.arrivalMs, nowMs, Math.max(1, need), pace) : 0;
  const usedMs = unused > granted ? 0 : freeIn(state, windowMs, nowMs);
  const freeInMs = left > 0 ? 0 : Math.max(1, Math.ceil(pacedMs), usedMs);
  return { granted, free: left, freeInMs, holders: state.holders.size };
}

/** Moves what was used into its slices, drops those out of the window, and returns the units used. */
function settle(state: State, { windowMs, used }: QuotaExchange, nowMs: number): number {
  const sliceMs = sliceMsOf(windowMs);
  const first = Math.floor((nowMs - windowMs) / sliceMs);
  let settled = 0;
  for (const [ageMs, units] of used) {
    const slice = Math.floor((nowMs - ageMs) / sliceMs);
    settled += units;
    if (slice < first) continue;
    use(state, slice, units);
  }
  for (const [slice, units] of state.slices) {
    if (slice >= first) continue;
    state.slices.delete(slice);
    state.used -= units;
  }
  return settled;
}

function use(state: State, slice: number, units: number): void {
  if (units === 0) return;
  state.slices.set(slice, (state.slices.get(slice) ?? 0) + units);
  state.used += units;
}

/** Until the oldest use leaves the window or the first lease ends. */
function freeIn({ slices, holders }: State, windowMs: number, nowMs: number): number {
  let firstMs = Number.POSITIVE_INFINITY;
  if (slices.size > 0) firstMs = (Math.min(...slices.keys()) + 1) * sliceMsOf(windowMs) + windowMs;
  for (const { units, endsAtMs } of holders.values()) if (units > 0) firstMs = Math.min(firstMs, endsAtMs);
  return Number.isFinite(firstMs) ? Math.ceil(firstMs - nowMs) : 0;
}
