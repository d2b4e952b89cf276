/** How much one subject may use. */
export interface Quota {
  /** Units in any window of `windowMs`; a request takes its route's cost. */
  readonly limit: number;
  readonly windowMs: number;
  /** Units at once; after them as many as `limit` per `windowMs` makes. Undefined: the whole limit. */
  readonly burst?: number | undefined;
}

/** What is counted: one meter per subject and policy. */
export interface Meter {
  /** Takes `cost` units if they are there. At once, unless somebody else has to be asked. */
  take(cost: number, nowMs: number, whenAway: WhenAway): boolean | Promise<boolean>;
  /** Undoes the last `take`, since another limit refused. */
  giveBack(cost: number, nowMs: number): void;
  /** Units left, as far as is known here. */
  remaining(nowMs: number): number;
  /** Until `cost` units may be there, in ms; 0: they are. */
  freeInMs(cost: number, nowMs: number): number;
  /** Nobody used it within its window, so it may be forgotten. */
  isIdle(nowMs: number): boolean;
}

/** What becomes of a request whose quota nobody can be asked about: admitted, refused, or counted in this process alone. */
export type WhenAway = "open" | "closed" | "local";

/** The time of one unit at the steady rate, in ms. */
export const unitMs = ({ limit, windowMs }: Quota): number => windowMs / limit;

/** The burst that a quota states, or undefined where it states none below its limit. */
export const burstOf = ({ limit, burst }: Quota): number | undefined =>
  burst !== undefined && burst < limit ? burst : undefined;
