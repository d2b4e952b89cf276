import type { Claimed, ClaimRequest } from "./claim.ts";

/** Deleted rows are stepped over from here on only; what commits later than this is found by the next sweep. */
const FLOOR_MARGIN_MS = 200;

/**
 * How a queue is claimed next. As a rule the oldest first. Once a claim comes back full there is a backlog, and the
 * next goes round the tenants that wait, with equal shares; a round that leaves room says that few wait, so the one
 * after is oldest first again. So while there is a backlog every second claim at least is a round.
 */
export interface Turn {
  /** True when the last claim took all there was and nothing was heard of since. */
  isDry(): boolean;
  wake(): void;
  begin(isSweep: boolean): Pick<ClaimRequest, "floor" | "isFair" | "cursor">;
  end(request: ClaimRequest, claimed: Claimed): void;
}

export function createTurn(): Turn {
  let isDry = false;
  let isFair = false;
  let cursor = "";
  let floor: Date | null = null;
  let hasWokenSince = false;

  return {
    isDry: () => isDry,
    wake() {
      isDry = false;
      hasWokenSince = true;
    },
    begin(isSweep) {
      hasWokenSince = false;
      return { floor: isSweep ? null : floor, isFair, cursor };
    },
    end(request, { messages, blockedCount, newestDueAt, lastTenant }) {
      const isFull = messages.length + blockedCount >= request.room;
      if (request.isFair) {
        cursor = lastTenant ?? "";
        isFair = isFull;
      } else {
        if (newestDueAt) floor = new Date(newestDueAt.getTime() - FLOOR_MARGIN_MS);
        isDry = !isFull && !hasWokenSince;
        isFair = isFull;
      }
    },
  };
}
