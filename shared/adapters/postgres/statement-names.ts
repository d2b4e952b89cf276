import { createHash } from "node:crypto";

/** Texts that were asked this often are prepared: what is asked once or twice is not worth a plan kept. */
const ASKED_OFTEN = 3;
/** Each connection keeps a plan of each, some ten kilobytes. */
const MOST_NAMED = 300;
const MOST_COUNTED = 5_000;

/** The names under which a pool's connections keep the plans of what is asked often (PostgreSQL 18, "PREPARE"). */
export interface StatementNames {
  /** Undefined: it is planned each time. */
  of(text: string): string | undefined;
  /** Names all anew: the plans that connections keep belong to tables that are not so any more. */
  renew(): void;
}

export function createStatementNames(): StatementNames {
  let names = new Map<string, string>();
  let asked = new Map<string, number>();
  let generation = 0;
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined || names.size >= MOST_NAMED) return known;
      const times = (asked.get(text) ?? 0) + 1;
      if (times < ASKED_OFTEN) {
        if (asked.size >= MOST_COUNTED) asked.clear();
        asked.set(text, times);
        return undefined;
      }
      asked.delete(text);
      // Of the text alone: who shares a connection agrees on it.
      const name = `${createHash("sha256").update(text).digest("base64url")}.${generation}`;
      names.set(text, name);
      return name;
    },
    renew() {
      generation += 1;
      names = new Map();
      asked = new Map();
    },
  };
}
