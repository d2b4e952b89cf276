/**
 * The generic cell rate algorithm (ITU-T I.371, virtual scheduling). Its state is one instant, the theoretical
 * arrival time of the next unit at the steady rate: in ms, 0 at first.
 */
export interface Pace {
  /** Units at once. */
  readonly burst: number;
  /** Between two units at the steady rate, in ms. */
  readonly unitMs: number;
}

/** Units that may be taken now. */
export const paceAllows = (arrivalMs: number, nowMs: number, { burst, unitMs }: Pace): number => {
  const aheadMs = Math.max(0, arrivalMs - nowMs);
  return Math.max(0, Math.floor(burst - aheadMs / unitMs + ROUNDING));
};

/** The state after `units` were taken; negative: given back. */
export const paceAfter = (arrivalMs: number, nowMs: number, units: number, { unitMs }: Pace): number =>
  Math.max(arrivalMs, nowMs) + units * unitMs;

/** Until `units` may be taken, in ms. */
export const paceFreeInMs = (arrivalMs: number, nowMs: number, units: number, { burst, unitMs }: Pace): number =>
  Math.max(0, arrivalMs - nowMs - (burst - units) * unitMs);

/** Sums of `unitMs` miss whole units by less than this. */
const ROUNDING = 1e-6;
