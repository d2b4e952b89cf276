import { createClient } from "#functions/api/client.ts";

/** Read by `tsc` alone: what must and must not compile. */
export async function typesOfTheClient(): Promise<void> {
  const client = createClient({ baseUrl: "https://example.com", token: "rw_key" });

  const made = await client.createGoal({ body: { title: "Goal" }, headers: { "idempotency-key": "1" } });
  if (made.ok) {
    const status: 201 = made.status;
    const title: string = made.data.title;
    const day: string | null = made.data.targetDate;
    // @ts-expect-error: a goal has no such member
    made.data.colour;
    [status, title, day];
  } else {
    const code: string = made.problem.code;
    // @ts-expect-error: a problem has no data
    made.data;
    code;
  }

  const action = await client.submitAction({ body: { action: "goal.validate", data: {} } });
  if (action.ok && action.status === 202) {
    const executionId: string = action.data.executionId;
    executionId;
  }
  const gone = await client.deleteGoal({ params: { id: "1" }, headers: { "if-match": '"3"' } });
  if (gone.ok) {
    const nothing: undefined = gone.data;
    nothing;
  }
  await client.listGoals();
  await client.listGoals({ query: { status: "active", limit: 5 } });

  // @ts-expect-error: a title is needed
  await client.createGoal({ body: {} });
  // @ts-expect-error: an id is needed
  await client.getGoal();
  // @ts-expect-error: no such status
  await client.listGoals({ query: { status: "lost" } });
  // @ts-expect-error: no such operation
  await client.makeGoal({});
  // @ts-expect-error: an event stream is not read this way
  client.followExecution;
}
