import { afterAll, beforeAll, expect, it } from "vitest";
import type { Host } from "#hosts/node/start-host.ts";
import { sql } from "#shared/database/sql.ts";
import { readSigningKeys, rotateSigningKeys } from "#shared/tokens/rotate-signing-keys.ts";
import { eventually } from "#tests/support/n8n.ts";
import { type N8nHost, shippedWorkflow, startN8nHost } from "#tests/support/n8n-host.ts";

/** Rotations through the real n8n, a real host and a real PostgreSQL. */

let world: N8nHost;
let host: Host;

beforeAll(async () => {
  world = await startN8nHost([shippedWorkflow("jwt-token-rotation")]);
  host = world.host;
});
afterAll(() => world?.close());

const db = () => host.instance.database;
const ctx = () => ({ db: db(), secret: host.instance.config.secret, tokens: host.instance.tokens });
const phases = async () => (await readSigningKeys(db())).keys.map(({ phase }) => phase);
const idOf = async (phase: string) => (await readSigningKeys(db())).keys.find((key) => key.phase === phase)?.id ?? "";

const ask = (note: string) =>
  fetch(`${host.url}/ops/v1/signing-keys/rotations`, {
    method: "POST",
    headers: world.asOperator,
    body: JSON.stringify({ note }),
  });

interface Run {
  id: string;
  status: string;
  result: { step: string; decision: string; why: string; warnings: string[] } | null;
  errorMessage: string | null;
}

/** The newest run of the workflow for this step, once it has ended. */
const endedRun = (step: string, not: readonly string[] = []): Promise<Run> =>
  eventually(
    `the run of ${step} to end`,
    async () => {
      const [run] = await db().query(sql<Run>`
        select id, status, result, error_message from workflow_executions
        where tenant_id = 'platform' and trigger = 'tokens.rotation_due' and payload ->> 'step' = ${step}
          and not (id::text = any(${not}::text[]))
          and status in ('succeeded', 'failed', 'timed_out') order by created_at desc limit 1`);
      return run;
    },
    90_000,
  );

it("tells of the first key, and does nothing about it", async () => {
  await host.instance.tokens.ring.get(db());
  expect(await phases()).toEqual(["signing"]);
  const run = await eventually("the report", async () => {
    const [found] = await db().query(sql<Run>`select id, status, result, error_message from workflow_executions
      where trigger = 'tokens.rotated' and status = 'succeeded'`);
    return found;
  });
  expect(run.result).toMatchObject({
    step: "promote",
    decision: "none",
    why: "The step was taken: promote.",
    warnings: [],
  });
});

it("refuses a rotation so soon after the last, approves one later, and takes each step as soon as it may", async () => {
  expect((await ask("an impatient operator")).status).toBe(202);
  const refused = await endedRun("publish");
  expect(refused.result).toMatchObject({
    decision: "none",
    why: "Refused: the key has signed for less than 1 hours.",
  });
  expect(await phases()).toEqual(["signing"]);

  await db().query(sql`update signing_keys set promoted_at = now() - interval '2 hours'`);
  expect((await ask("a laptop was lost")).status).toBe(202);
  const approved = await endedRun("publish", [refused.id]);
  expect(approved).toMatchObject({ status: "succeeded", result: { decision: "publish" } });
  expect(approved.result?.why).toMatch(/^Approved for key:\S+: a laptop was lost\.$/);
  expect(await phases()).toEqual(["signing", "published"]);
  expect((await ask("again")).status).toBe(409);

  const [first, second] = [await idOf("signing"), await idOf("published")];
  expect(await rotateSigningKeys(ctx())).toEqual([]); // not every verifier has it
  await db().query(
    sql`update signing_keys set promotable_at = now(), promotes_at = now() + interval '10 minutes' where phase = 'published'`,
  );
  await rotateSigningKeys(ctx());
  expect(await endedRun("promote")).toMatchObject({ status: "succeeded", result: { decision: "promote" } });
  expect(await idOf("signing")).toBe(second);
  expect(await idOf("retired")).toBe(first);

  await db().query(sql`update signing_keys set leaves_at = now() where phase = 'retired'`);
  await rotateSigningKeys(ctx());
  expect(await endedRun("retire")).toMatchObject({ status: "succeeded", result: { decision: "retire", warnings: [] } });
  expect(await phases()).toEqual(["signing"]);
  const actors = await db().query(sql<{ kind: string }>`
    select split_part(actor, ':', 1) as kind from events where name = 'tokens.rotated' order by id`);
  expect(actors.map(({ kind }) => kind)).toEqual(["system", "execution", "execution", "execution"]);
});

it("fails with the reason when a step is refused, and the deadline takes it all the same", async () => {
  await db().query(
    sql`update workflow_mappings set operations = '["run:keys.read"]' where workflow_id = 'jwt-token-rotation'`,
  );
  const before = (await endedRun("publish")).id;
  await db().query(sql`update signing_keys set retires_at = now() + interval '2 hours', announced_phase = null`);
  await rotateSigningKeys(ctx());
  const [earlier] = await db().query(sql<{ ids: string[] }>`select coalesce(array_agg(id::text), '{}') as ids
    from workflow_executions where payload ->> 'step' = 'publish' and created_at <= (select created_at from workflow_executions where id = ${before})`);
  const failed = await endedRun("publish", earlier?.ids);
  expect(failed).toMatchObject({
    status: "failed",
    errorMessage: "Publish Key was refused (403): This operation needs the scope run:keys.rotate.",
  });
  expect(await phases()).toEqual(["signing"]);

  await db().query(sql`update signing_keys set retires_at = now() + interval '1 hour'`);
  expect(await rotateSigningKeys(ctx())).toMatchObject([{ do: "publish" }]);
  expect(await phases()).toEqual(["signing", "published"]);
});
