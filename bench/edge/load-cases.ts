import { goalIdOf, HOT_GOALS } from "./people.ts";

/** What a request is for. */
export type Kind = "cached" | "cold" | "list" | "write" | "check";

/** What is measured, and how often each kind comes in it. */
export const CASES = {
  "cached read": { cached: 1 },
  "cold read": { cold: 1 },
  "list with related rows": { list: 1 },
  "write with an event": { write: 1 },
  "sign-in check": { check: 1 },
  "mixed load": { cached: 0.6, cold: 0.2, list: 0.1, write: 0.1 },
} as const satisfies Record<string, Partial<Record<Kind, number>>>;
export type CaseName = keyof typeof CASES;

/** Where a contender answers what has no path of its own in the API. */
export interface Paths {
  list: string;
  check: string;
}

/** One who calls: what identifies them, and how many of their goals they have read once. */
export interface Caller {
  user: number;
  /** Header lines, each ended by CRLF. */
  headers: string;
  coldGoals: number;
  goalsPerUser: number;
}

export function kindOf(name: CaseName, dice: number): Kind {
  let rest = dice;
  for (const [kind, share] of Object.entries(CASES[name])) {
    rest -= share;
    if (rest < 0) return kind as Kind; // safe: a key of the case
  }
  return "cached";
}

/** The bytes of a request. */
export function requestOf(kind: Kind, caller: Caller, paths: Paths, dice: number, readHeaders = ""): string {
  const get = (path: string): string =>
    `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${caller.headers}${readHeaders}\r\n`;
  const hotGoal = goalIdOf(caller.user, Math.floor(dice * HOT_GOALS));
  switch (kind) {
    case "cached":
      return get(`/v1/goals/${hotGoal}`);
    case "cold": {
      const goal = HOT_GOALS + (caller.coldGoals % (caller.goalsPerUser - HOT_GOALS));
      caller.coldGoals += 1;
      return get(`/v1/goals/${goalIdOf(caller.user, goal)}`);
    }
    case "list":
      return get(paths.list.replace("{userId}", `user-${caller.user}`));
    case "check":
      return get(paths.check);
    case "write": {
      const body = JSON.stringify({ title: `Run ${Math.floor(dice * 1e6)} km` });
      return `PATCH /v1/goals/${hotGoal} HTTP/1.1\r\nhost: 127.0.0.1\r\n${caller.headers}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    }
  }
}
