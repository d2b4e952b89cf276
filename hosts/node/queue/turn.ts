import type { Claimed, ClaimRequest } from "./claim.ts";

/** Deleted rows are stepped over from here on only; what commits later than this is found by the next sweep. */
const FLOOR_MARGIN_MS = 200;

/**
 * How a queue is claimed next: the oldest first, until a claim comes back full. Then there is a backlog, and every
 * second claim goes round the tenants that have something due, with equal shares, at most 200 of them a claim, the next
 * round starting where this one ended. So half of what is claimed from a backlog is shared out equally, and a tenant
 * waits for its turn two claims for every 200 tenants that wait, however many messages one of them has.
 */
export interface Turn {
  /** True when the last claim took all there was and nothing was heard of since. */
  isDry(): boolean;
  wake(): void;
  /** Like wake, and the next claim looks below the floor too. */
  sweep(): void;
  begin(): Pick<ClaimRequest, "floor" | "isFair" | "cursor">;
  end(request: ClaimRequest, claimed: Claimed): void;
}

export function createTurn(): Turn {
  let isDry = false;
  let isFair = false;
  let cursor = "";
  let floor: Date | null = null;
  let hasWokenSince = false;
  let isSweepDue = true;

  return {
    isDry: () => isDry,
    wake() {
      isDry = false;
      hasWokenSince = true;
    },
    sweep() {
      isDry = false;
      hasWokenSince = true;
      isSweepDue = true;
    },
    begin() {
      hasWokenSince = false;
      const from = isSweepDue && !isFair ? null : floor;
      if (!isFair) isSweepDue = false;
      return { floor: from, isFair, cursor };
    },
    end(request, { messages, blockedCount, newestDueAt, lastTenant }) {
      const isFull = messages.length + blockedCount >= request.room;
      if (request.isFair) {
        cursor = lastTenant ?? "";
        isFair = false;
        return;
      }
      if (newestDueAt) floor = new Date(newestDueAt.getTime() - FLOOR_MARGIN_MS);
      isDry = !isFull && !hasWokenSince;
      isFair = isFull;
    },
  };
}
