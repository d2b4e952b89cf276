import { expectTypeOf } from "vitest";
import { createClient } from "#functions/api/client.ts";

/** Read by `tsc` alone: what must and must not compile. */
export async function typesOfTheClient(): Promise<void> {
  const client = createClient({ baseUrl: "https://example.com", token: "rw_key" });

  const made = await client.createGoal({ body: { title: "Goal" }, headers: { "idempotency-key": "1" } });
  if (made.ok) {
    expectTypeOf(made.status).toEqualTypeOf<201>();
    expectTypeOf(made.data.title).toEqualTypeOf<string>();
    expectTypeOf(made.data.targetDate).toEqualTypeOf<string | null>();
    expectTypeOf(made.data).not.toHaveProperty("colour");
  } else {
    expectTypeOf(made.problem.code).toEqualTypeOf<string>();
    expectTypeOf(made).not.toHaveProperty("data");
  }

  const action = await client.submitAction({ body: { action: "goal.validate", data: {} } });
  if (action.ok && action.status === 202) expectTypeOf(action.data.executionId).toEqualTypeOf<string>();
  const gone = await client.deleteGoal({ params: { id: "1" }, headers: { "if-match": '"3"' } });
  if (gone.ok) expectTypeOf(gone.data).toEqualTypeOf<undefined>();
  await client.listGoals();
  await client.listGoals({ query: { status: "active", limit: 5 } });

  // @ts-expect-error: a title is needed
  await client.createGoal({ body: {} });
  // @ts-expect-error: an id is needed
  await client.getGoal();
  // @ts-expect-error: no such status
  await client.listGoals({ query: { status: "lost" } });
  expectTypeOf(client).not.toHaveProperty("makeGoal");
  expectTypeOf(client).not.toHaveProperty("followExecution"); // an event stream is not read this way
}
