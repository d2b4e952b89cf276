import type { Mode } from "./policies.ts";
import type { Quota } from "./quota.ts";
import { EVERY, type Subject } from "./subject.ts";

/** What an operator or a workflow set for one subject, or for all of a kind. */
export interface Override extends Subject {
  /** null: the policy's own. */
  readonly quota: Quota | null;
  readonly mode: Mode | null;
  /** A block refuses everything, whatever the quota. */
  readonly isBlock: boolean;
  /** null: until it is lifted. */
  readonly untilMs: number | null;
}

/** The overrides in force, by subject. */
export class OverrideBook {
  readonly #limits = new Map<string, Override>();
  readonly #blocks = new Map<string, Override>();

  constructor(overrides: readonly Override[] = []) {
    for (const override of overrides) {
      (override.isBlock ? this.#blocks : this.#limits).set(`${override.kind}:${override.id}`, override);
    }
  }

  /** The subject's own override, else the one for all of its kind. */
  limitOf({ kind, id }: Subject, nowMs: number): Override | undefined {
    const own = this.#limits.get(`${kind}:${id}`);
    if (own && isInForce(own, nowMs)) return own;
    const every = this.#limits.get(`${kind}:${EVERY}`);
    return every && isInForce(every, nowMs) ? every : undefined;
  }

  /** When the subject's block ends; 0: it has none, infinite: when it is lifted. */
  blockedUntilMs({ kind, id }: Subject): number {
    const block = this.#blocks.get(`${kind}:${id}`);
    return block ? (block.untilMs ?? Number.POSITIVE_INFINITY) : 0;
  }
}

const isInForce = ({ untilMs }: Override, nowMs: number): boolean => untilMs === null || untilMs > nowMs;
