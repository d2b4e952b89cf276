import pg from "pg";
import { z } from "zod";
import type { Person } from "./people.ts";
import { say } from "./say.ts";
import type { Stage } from "./stage.ts";

const Execution = z.object({
  id: z.string(),
  status: z.string(),
  workflowId: z.string().nullable(),
  payload: z.unknown(),
  result: z.unknown(),
  errorMessage: z.string().nullable(),
});
type Execution = z.infer<typeof Execution>;

const Goal = z.object({
  id: z.string(),
  title: z.string(),
  phase: z.string(),
  progressPercent: z.number(),
  milestones: z.array(
    z.object({ id: z.string(), title: z.string(), status: z.string(), dueDate: z.string().nullable() }),
  ),
});

const SETTLED = ["succeeded", "failed", "timed_out", "cancelled"];

/** Posts an action and waits for what its workflow makes of it. */
async function act(person: Person, action: string, data: object): Promise<Execution> {
  const startedMs = performance.now();
  const response = await person.ask("POST", "/v2/unified", { action, data }, { prefer: "wait=60" });
  const execution = Execution.parse(await response.json());
  const tookMs = Math.round(performance.now() - startedMs);
  if (execution.status !== "succeeded")
    throw new Error(`${action} ended ${execution.status}: ${execution.errorMessage}`);
  say(`${person.name}: ${action} → ${execution.workflowId} → ${execution.status} in ${tookMs} ms`);
  return execution;
}

const readGoal = async (person: Person, id: string) => Goal.parse(await person.call("GET", `/v1/goals/${id}`));

/** Creates a goal; n8n's planning agent writes its milestones. */
export async function planGoal(
  person: Person,
  title: string,
  description: string,
  targetDate: string,
): Promise<string> {
  const execution = await act(person, "goal.create", { title, description, targetDate });
  const { goalId } = z.object({ goalId: z.string() }).parse(execution.payload);
  const goal = await readGoal(person, goalId);
  if (goal.milestones.length === 0) throw new Error("the planning agent wrote no milestones");
  for (const milestone of goal.milestones) say(`    ${milestone.dueDate ?? "no date"}  ${milestone.title}`);
  return goalId;
}

/** Says something; n8n's journey analyzer answers. */
export async function chat(person: Person, message: string, goalId: string): Promise<void> {
  const { result } = await act(person, "chat.process", { message, goalId });
  say(`    “${message}” → “${z.object({ reply: z.string() }).parse(result).reply}”`);
}

export async function notify(person: Person, title: string, body: string): Promise<void> {
  await act(person, "notification.send", { title, body });
  const { items } = z
    .object({ items: z.array(z.object({ title: z.string(), status: z.string() })) })
    .parse(await person.call("GET", "/v1/notifications"));
  say(`    ${person.name} finds ${items.length} notification: “${items[0]?.title}”, ${items[0]?.status}`);
}

/** A stranger asks for a goal of another tenant. */
export async function trespass(person: Person, goalId: string): Promise<void> {
  const { status } = await person.ask("GET", `/v1/goals/${goalId}`);
  if (status !== 404) throw new Error(`${person.name} read another tenant's goal (HTTP ${status})`);
  say(`${person.name}, of another tenant, asks for the goal: 404, as if it were not there`);
}

/** Marks a milestone done by plain SQL, past the API; the row trigger's event drives the reflection agent. */
export async function changeByPlainSql(stage: Stage, person: Person, goalId: string): Promise<void> {
  const before = await readGoal(person, goalId);
  const milestone = before.milestones[0];
  const client = new pg.Client({ connectionString: stage.host.instance.config.databaseUrl });
  await client.connect();
  await client.query("update milestones set status = 'done' where id = $1", [milestone?.id]);
  await client.end();
  say(`plain SQL: update milestones set status = 'done' (“${milestone?.title}”)`);
  const goal = await until("the reflection agent to raise the progress", async () => {
    const now = await readGoal(person, goalId);
    return now.progressPercent > before.progressPercent ? now : undefined;
  });
  say(`milestone.updated drove reflection-agent: progress ${before.progressPercent} % → ${goal.progressPercent} %`);
}

/** Kills n8n, goes on posting, brings n8n back: everything that was asked for is done, once. */
export async function loseN8n(stage: Stage, people: readonly Person[], goalIds: readonly string[]): Promise<void> {
  await stage.n8n.kill();
  say("n8n is killed (SIGKILL)");
  const asked: { person: Person; id: string }[] = [];
  for (const [i, person] of people.entries()) {
    for (const action of ["goal.validate", "progress.review"]) {
      const accepted = await person.call("POST", "/v2/unified", { action, data: { goalId: goalIds[i] } });
      asked.push({ person, id: z.object({ executionId: z.string() }).parse(accepted).executionId });
    }
  }
  say(`${asked.length} actions are posted meanwhile: each is answered 202 and waits`);
  await until("the circuit to open", async () => {
    const { rows } = await query(stage, "select breaker_state from n8n_instances");
    return rows[0]?.breaker_state === "closed" ? undefined : true;
  });
  say("the circuit to n8n is open: waiting costs no attempts");
  await stage.n8n.restart();
  say("n8n is back");
  const settled = await until("everything to settle", async () => {
    const all = await Promise.all(
      asked.map(async ({ person, id }) => Execution.parse(await person.call("GET", `/v1/executions/${id}`))),
    );
    return all.every(({ status }) => SETTLED.includes(status)) ? all : undefined;
  });
  const succeeded = settled.filter(({ status }) => status === "succeeded").length;
  say(`${succeeded} of ${asked.length} succeeded, none was lost`);
  if (succeeded !== asked.length)
    throw new Error(settled.map(({ status, errorMessage }) => `${status}: ${errorMessage}`).join("; "));
}

export async function query(stage: Stage, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: stage.host.instance.config.databaseUrl });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

const PATIENCE_MS = 120_000;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const endMs = performance.now() + PATIENCE_MS; performance.now() < endMs; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
}
