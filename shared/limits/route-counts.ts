export type Decision = "admitted" | "refused" | "shadowed";

export interface Counts {
  admitted: number;
  refused: number;
  /** Admitted although a limit in shadow mode was exceeded. */
  shadowed: number;
}

/** What was decided in this process, by operation, since it was last taken. */
export class RouteCounts {
  #byRoute = new Map<string, Counts>();

  count(route: string, decision: Decision): void {
    const counts = this.#byRoute.get(route);
    if (counts) counts[decision] += 1;
    else this.#byRoute.set(route, { admitted: 0, refused: 0, shadowed: 0, [decision]: 1 });
  }

  /** The counts, which begin anew. */
  take(): ReadonlyMap<string, Counts> {
    const taken = this.#byRoute;
    this.#byRoute = new Map();
    return taken;
  }

  /** Puts back what could not be kept. */
  putBack(counts: ReadonlyMap<string, Counts>): void {
    for (const [route, { admitted, refused, shadowed }] of counts) {
      const now = this.#byRoute.get(route) ?? { admitted: 0, refused: 0, shadowed: 0 };
      this.#byRoute.set(route, {
        admitted: now.admitted + admitted,
        refused: now.refused + refused,
        shadowed: now.shadowed + shadowed,
      });
    }
  }
}
