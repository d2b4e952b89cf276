import { say } from "../processes/say.ts";
import type { Contender } from "./contender.ts";
import { describeFigures, type Figures, failed, measure, warm } from "./measure.ts";
import { searchMost } from "./most-users.ts";
import type { Options } from "./options.ts";
import type { Stage } from "./stage.ts";

const THINK_MS = 1000;
export const PROMISED_P95_MS = 180;
/** The load generator is to carry these. */
const MOST_USERS = 16_000;
const CARRIED_USERS = 12_000;
const FIRST_TRIED = 500;

export interface UsersFigures {
  contender: string;
  users: number;
  /** Of the highest count that held. */
  best: Figures | undefined;
  /** Of the lowest that did not; undefined: all did. */
  refused: Figures | undefined;
}

/** The most users with a second of think time whose p95 is under the promise, and none of whose requests fails. */
export async function findMostUsers(
  stage: Stage,
  contender: Contender,
  { seconds, warmSeconds, precision }: Pick<Options, "seconds" | "warmSeconds" | "precision">,
): Promise<UsersFigures> {
  const tried = new Map<number, Figures>();
  const most = Math.min(MOST_USERS, await stage.load.ask("mostConnections"));
  const users = await stage.turn(contender, async () => {
    await warm(stage, contender, "mixed load", warmSeconds);
    return await searchMost({ from: FIRST_TRIED, most, precision }, async (count) => {
      const figures = await loadUsers(stage, contender, count, seconds);
      tried.set(count, figures);
      return holds(figures);
    });
  });
  const refused = [...tried].filter(([count]) => count > users).sort(([a], [b]) => a - b)[0]?.[1];
  return { contender: contender.name, users, best: tried.get(users), refused };
}

/** What the load generator carries: as many users as were looked for, of a server that does next to nothing. */
export async function checkCarries(stage: Stage, floor: Contender, found: number, seconds: number): Promise<Figures> {
  const users = Math.min(Math.max(CARRIED_USERS, found), await stage.load.ask("mostConnections"));
  return await stage.turn(floor, () => loadUsers(stage, floor, users, seconds));
}

export const holds = (figures: Figures): boolean => figures.p95Ms < PROMISED_P95_MS && failed(figures) === 0;

async function loadUsers(stage: Stage, contender: Contender, users: number, seconds: number): Promise<Figures> {
  const figures = await measure(stage, contender, {
    name: "mixed load",
    connections: users,
    seconds,
    thinkMs: THINK_MS,
  });
  say(`${holds(figures) ? "held" : "did not hold"}: ${describeFigures(`${contender.name}, thinking`, figures)}`);
  return figures;
}
