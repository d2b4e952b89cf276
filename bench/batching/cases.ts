import type { Seeded } from "./seed.ts";
import type { Request } from "./send.ts";

const BATCH_SIZE = 20;
/** Each read loads: none is answered with what is kept. */
const UNCACHED = { "cache-control": "no-store" };

export interface ReadCase {
  name: string;
  kind: string;
  route: string;
  /** Of the text of the statement that loads. */
  pattern: string;
  requests(count: number): Request[];
}

export function readCases({ goals, executions, interactions }: Seeded): ReadCase[] {
  const any = (ids: readonly string[]): string => ids[Math.floor(Math.random() * ids.length)] ?? "";
  const many = (count: number, path: () => string): Request[] =>
    Array.from({ length: count }, () => ({ method: "GET", path: path(), headers: UNCACHED }));
  const goal = { kind: "goals", pattern: "from user_goals where tenant_id = \\$\\d+ and id = any" };
  return [
    {
      ...goal,
      name: "`GET /v1/goals/{id}`",
      route: "getGoal",
      requests: (count) => many(count, () => `/v1/goals/${any(goals)}`),
    },
    {
      ...goal,
      name: "`GET /v1/goals/{id}`, one goal that all want",
      route: "getGoal",
      requests: (count) => many(count, () => `/v1/goals/${goals[0]}`),
    },
    {
      name: "`GET /v1/executions/{id}`",
      kind: "executions",
      route: "getExecution",
      pattern: "from workflow_executions.* and x.id = any",
      requests: (count) => many(count, () => `/v1/executions/${any(executions)}`),
    },
    {
      name: "`GET /v1/interactions/{id}`",
      kind: "interactions",
      route: "getInteraction",
      pattern: "from user_interactions where tenant_id = \\$\\d+ and id = any",
      requests: (count) => many(count, () => `/v1/interactions/${any(interactions)}`),
    },
    {
      ...goal,
      name: `\`POST /v1/batch\` of ${BATCH_SIZE} \`GET /v1/goals/{id}\``,
      route: "getGoal",
      requests: (count) =>
        Array.from({ length: Math.ceil(count / BATCH_SIZE) }, () => ({
          method: "POST",
          path: "/v1/batch",
          body: {
            operations: Array.from({ length: BATCH_SIZE }, () => ({
              path: `/v1/goals/${any(goals)}`,
              headers: UNCACHED,
            })),
          },
        })),
    },
  ];
}

/** Words about goals, answered when they are written or when they are taken. */
export const writes = ({ goals }: Seeded, count: number, isAsync: boolean): Request[] =>
  Array.from({ length: count }, (_, n) => ({
    method: "POST",
    path: "/v1/interactions",
    body: { content: `Word ${n}`, goalId: goals[n % goals.length] },
    ...(isAsync && { headers: { prefer: "respond-async" } }),
  }));
