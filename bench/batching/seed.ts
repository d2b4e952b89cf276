import type pg from "pg";

export const ROWS = 500;

export interface Seeded {
  goals: string[];
  executions: string[];
  interactions: string[];
}

/** Rows of one tenant: goals with three milestones each, executions and interactions. */
export async function seed(client: pg.Client, tenantId: string): Promise<Seeded> {
  const insert = async (text: string): Promise<string[]> =>
    (await client.query<{ id: string }>(text, [tenantId, ROWS])).rows.map(({ id }) => id);
  const goals = await insert(`insert into user_goals (id, tenant_id, user_id, title)
    select uuidv7(), $1, 'bench', 'Goal ' || n from generate_series(1, $2) n returning id`);
  await client.query(
    `insert into milestones (id, tenant_id, goal_id, title, position)
     select uuidv7(), $1, g.id, 'Step ' || n, n from unnest($2::uuid[]) as g(id), generate_series(1, 3) n`,
    [tenantId, goals],
  );
  const executions = await insert(`insert into workflow_executions
      (id, tenant_id, workflow_id, trigger_type, trigger, event_id, payload, status)
    select uuidv7(), $1, 'bench', 'action', 'goal.create', uuidv7(), '{}', 'succeeded' from generate_series(1, $2) returning id`);
  const interactions = await insert(`insert into user_interactions (id, tenant_id, user_id, kind, author, content)
    select uuidv7(), $1, 'bench', 'chat', 'user', 'Word ' || n from generate_series(1, $2) n returning id`);
  return { goals, executions, interactions };
}
