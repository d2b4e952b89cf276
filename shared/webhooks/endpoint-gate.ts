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
  /** When a request last ended with an answer, by the clock told to `leave`; undefined: none did. */
  lastAnswerAtMs(endpointId: string): number | undefined;
  /** Takes a slot, now or when one is left, and says since when it has it; undefined once `givenUp` aborts before. */
  enter(endpointId: string, nowMs: number, givenUp: AbortSignal): number | Promise<number | undefined>;
  /** Deliveries were parked for lack of room: until a wake has taken them all, no younger one goes before them. */
  noteBacklog(endpointId: string): void;
  hasBacklog(endpointId: string): boolean;
  endBacklog(endpointId: string): void;
  /** Nobody wakes the endpoint now: whoever ends a request there does. */
  askForWake(endpointId: string): void;
  /** Whether that was asked since the last call. */
  takeWakeAsked(endpointId: string): boolean;
  /** @param startedAtMs what `enter` said */
  leave(endpointId: string, startedAtMs: number, ending: Ending, nowMs: number): void;
}

interface Door {
  capacity: number;
  /** When each request in flight was started. */
  started: number[];
  waiting: ((nowMs: number) => void)[];
  hasBacklog: boolean;
  isWakeAsked: boolean;
  lastAnswerAtMs: number | undefined;
}

export function createEndpointGate(): EndpointGate {
  const doors = new Map<string, Door>();

  const doorOf = (id: string): Door => {
    const known = doors.get(id);
    if (known) return known;
    if (doors.size >= MOST_IDLE) {
      for (const [each, door] of doors) if (door.started.length === 0 && door.waiting.length === 0) doors.delete(each);
    }
    const door = {
      capacity: FIRST_CAPACITY,
      started: [],
      waiting: [],
      hasBacklog: false,
      isWakeAsked: false,
      lastAnswerAtMs: undefined,
    };
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
    lastAnswerAtMs: (id) => doorOf(id).lastAnswerAtMs,
    enter(id, nowMs, givenUp) {
      const door = doorOf(id);
      if (roomOf(door) > 0) {
        door.started.push(nowMs);
        return nowMs;
      }
      return new Promise((resolve) => {
        door.waiting.push((leftAtMs) => {
          if (givenUp.aborted) return;
          door.started.push(leftAtMs);
          resolve(leftAtMs);
        });
        givenUp.addEventListener("abort", () => resolve(undefined), { once: true });
      });
    },
    noteBacklog(id) {
      doorOf(id).hasBacklog = true;
    },
    hasBacklog: (id) => doorOf(id).hasBacklog,
    endBacklog(id) {
      doorOf(id).hasBacklog = false;
    },
    askForWake(id) {
      doorOf(id).isWakeAsked = true;
    },
    takeWakeAsked(id) {
      const door = doorOf(id);
      const { isWakeAsked } = door;
      door.isWakeAsked = false;
      return isWakeAsked;
    },
    leave(id, startedAtMs, ending, nowMs) {
      const door = doorOf(id);
      const index = door.started.indexOf(startedAtMs);
      if (index >= 0) door.started.splice(index, 1);
      if (ending === "answered") door.lastAnswerAtMs = nowMs;
      if (ending === "answered") door.capacity = Math.min(MOST_CAPACITY, door.capacity + 1);
      else door.capacity = ending === "hung" ? 1 : Math.max(1, Math.floor(door.capacity / 2));
      while (roomOf(door) > 0 && door.waiting.length > 0) door.waiting.shift()?.(nowMs);
    },
  };
}
