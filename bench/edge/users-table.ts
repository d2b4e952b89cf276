import { table, whole, wholePercent } from "../report/cells.ts";
import { type Figures, failed, served } from "./measure.ts";
import { holds, PROMISED_P95_MS, type UsersFigures } from "./users.ts";

/** From here on the load generator itself may be what is waited for. */
const BUSY_SHARE = 0.9;

/** How many users each contender holds, and what limits them. */
export function usersTable({
  found,
  carried,
}: {
  found: readonly UsersFigures[];
  carried: Figures | undefined;
}): string[] {
  const cells = (one: Figures | undefined): string[] =>
    one
      ? [whole(served(one)), one.p95Ms.toFixed(1), String(failed(one)), wholePercent(one.busyShare)]
      : ["", "", "", ""];
  const rows = found.flatMap(({ contender, users, best, refused }) => [
    [contender, `${whole(users)} held`, ...cells(best)],
    ...(refused ? [[contender, `${whole(refused.connections)} did not`, ...cells(refused)]] : []),
  ]);
  if (carried)
    rows.push(["bare Hono", `${whole(carried.connections)} ${holds(carried) ? "held" : "did not"}`, ...cells(carried)]);
  const lines = table(
    ["mixed load", "users with a second of think time", "requests/s", "p95 ms", "failed", "load generator busy"],
    rows,
  );
  return [
    ...lines,
    "",
    `Held: p95 under ${PROMISED_P95_MS} ms, and no request failed. ${[...found.map(limitOf), carriedAs(carried)].join(" ")}`.trim(),
  ];
}

function limitOf({ contender, refused }: UsersFigures): string {
  if (!refused) return `Of ${contender} all that were tried held.`;
  return refused.busyShare < BUSY_SHARE
    ? `What serves limits ${contender}.`
    : `The load generator may limit ${contender}.`;
}

function carriedAs(carried: Figures | undefined): string {
  if (!carried) return "";
  const users = whole(carried.connections);
  return holds(carried)
    ? `The load generator carries ${users} users.`
    : `That the load generator carries ${users} users was not seen: bare Hono did not hold them either.`;
}
