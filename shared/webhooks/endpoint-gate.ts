/** Requests in flight to one endpoint, per process: at first, and after many successes. */
const FIRST_CAPACITY = 16;
const MOST_CAPACITY = 64;
const MOST_IDLE = 10_000;

/** How a request ended, as far as the endpoint's capacity goes. */
export type Ending = "answered" | "failed" | "hung";

/** An endpoint's door in this process. It lets few through to one that fails, and one at a time to one that hangs. */
export interface EndpointGate {
  /** Requests that may start now. */
  room(endpointId: string): number;
  /** True when a request has been in flight for longer than `patienceMs`: there is no use in waiting for its slot. */
  isSlow(endpointId: string, nowMs: number, patienceMs: number): boolean;
  /** Takes a slot, now or when one is left; false once `givenUp` aborts before. */
  enter(endpointId: string, nowMs: number, givenUp: AbortSignal): boolean | Promise<boolean>;
  /** Deliveries are parked until it has room: whoever ends a request looks after them, and no younger one overtakes. */
  noteBacklog(endpointId: string): void;
  hasBacklog(endpointId: string): boolean;
  /** Whether that was noted since it was last asked. */
  takeBacklog(endpointId: string): boolean;
  /** @param startedAtMs what `enter` was told */
  leave(endpointId: string, startedAtMs: number, ending: Ending): void;
}

interface Door {
  capacity: number;
  /** When each request in flight was started. */
  started: number[];
  waiting: (() => void)[];
  hasBacklog: boolean;
}

export function createEndpointGate(): EndpointGate {
  const doors = new Map<string, Door>();

  const doorOf = (id: string): Door => {
    const known = doors.get(id);
    if (known) return known;
    if (doors.size >= MOST_IDLE) {
      for (const [each, door] of doors) if (door.started.length === 0 && door.waiting.length === 0) doors.delete(each);
    }
    const door = { capacity: FIRST_CAPACITY, started: [], waiting: [], hasBacklog: false };
    doors.set(id, door);
    return door;
  };
  const roomOf = ({ capacity, started }: Door): number => Math.max(0, capacity - started.length);

  return {
    room: (id) => roomOf(doorOf(id)),
    isSlow(id, nowMs, patienceMs) {
      const [oldest] = doorOf(id).started;
      return oldest !== undefined && nowMs - oldest > patienceMs;
    },
    enter(id, nowMs, givenUp) {
      const door = doorOf(id);
      if (roomOf(door) > 0) {
        door.started.push(nowMs);
        return true;
      }
      return new Promise((resolve) => {
        door.waiting.push(() => {
          if (givenUp.aborted) return;
          door.started.push(nowMs);
          resolve(true);
        });
        givenUp.addEventListener("abort", () => resolve(false), { once: true });
      });
    },
    noteBacklog(id) {
      doorOf(id).hasBacklog = true;
    },
    hasBacklog: (id) => doorOf(id).hasBacklog,
    takeBacklog(id) {
      const door = doorOf(id);
      const { hasBacklog } = door;
      door.hasBacklog = false;
      return hasBacklog;
    },
    leave(id, startedAtMs, ending) {
      const door = doorOf(id);
      const index = door.started.indexOf(startedAtMs);
      if (index >= 0) door.started.splice(index, 1);
      if (ending === "answered") door.capacity = Math.min(MOST_CAPACITY, door.capacity + 1);
      else door.capacity = ending === "hung" ? 1 : Math.max(1, Math.floor(door.capacity / 2));
      while (roomOf(door) > 0 && door.waiting.length > 0) door.waiting.shift()?.();
    },
  };
}
