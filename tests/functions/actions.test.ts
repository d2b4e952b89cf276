import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

describe("an action", () => {
  const submit = (body: unknown, headers = {}) =>
    rainwire.fetch(api, "/v2/unified", asking(tenant.key, "POST", body, headers));
  const create = { action: "goal.create", data: { title: "Waited for" } };

  it("is answered at once, or with its result once it has settled within the wait", async () => {
    const taken = await submit(create);
    expect(taken.status).toBe(202);
    const { executionId } = (await taken.json()) as { executionId: string };
    expect(taken.headers.get("location")).toBe(`/v1/executions/${executionId}`);
    expect(taken.headers.get("preference-applied")).toBeNull();

    const headers = { "idempotency-key": "wait-1", prefer: "respond-async, wait=20" };
    const waiting = submit(create, headers);
    const settled = rainwire.pool;
    let changed = 0;
    for (const deadline = Date.now() + 5_000; changed === 0 && Date.now() < deadline; ) {
      const { rows } = await settled.query(
        `update workflow_executions set status = 'succeeded', result = '{"done": true}', version = version + 1
         where status = 'pending' and id <> $1 returning id`,
        [executionId],
      );
      changed = rows.length;
      for (const { id } of rows) rainwire.signals.publish(`executions/${id}`);
    }
    const answer = await waiting;
    expect(answer.status).toBe(200);
    expect(answer.headers.get("preference-applied")).toBe("wait=20");
    expect(await answer.json()).toMatchObject({ status: "succeeded", result: { done: true } });
    const again = await submit(create, headers);
    expect([again.status, await again.json()]).toMatchObject([200, { status: "succeeded" }]);
  });

  it("is taken when the wait is over first", async () => {
    const response = await submit(create, { prefer: "wait=0" });
    expect([response.status, response.headers.get("preference-applied")]).toEqual([202, "wait=0"]);
  });

  it("is refused when unknown", async () => {
    expect(await (await submit({ action: "goal.dream", data: {} })).json()).toMatchObject({ code: "unknown_action" });
  });
});
