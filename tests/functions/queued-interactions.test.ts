import { afterAll, beforeAll, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { sql } from "#shared/database/sql.ts";
import { writeInteractions } from "#shared/goals/write-interactions.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertGoal } from "#tests/support/domain.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

const say = (body: object, headers: Record<string, string> = {}) =>
  rainwire.fetch(api, "/v1/interactions", asking(tenant.key, "POST", body, { prefer: "respond-async", ...headers }));
const read = (path: string) => rainwire.fetch(api, path, asking(tenant.key, "GET"));

/** What the observer's host does. */
async function writeQueued(): Promise<void> {
  const rows = await rainwire.database.query(
    sql<{ id: string }>`select id from outbox where queue = 'interaction-writes' order by subject_version`,
  );
  await writeInteractions(
    rainwire.database,
    rows.map(({ id }) => id),
  );
}

it("answers 202 with where the interaction will be, and it is there once it is written", async () => {
  const { goalId } = await insertGoal(rainwire, tenant);
  const taken = await say({ content: "How am I doing?", goalId, rating: 4, kind: "feedback" });
  expect(taken.status).toBe(202);
  expect(taken.headers.get("preference-applied")).toBe("respond-async");
  const { id } = (await taken.json()) as { id: string }; // safe: asserted by use
  const location = taken.headers.get("location") ?? "";
  expect(location).toBe(`/v1/interactions/${id}`);
  expect((await read(location)).status).toBe(404);
  await writeQueued();
  const written = await read(location);
  expect(written.headers.get("etag")).toBe('"1"');
  expect(await written.json()).toMatchObject({
    id,
    goalId,
    userId: tenant.userId,
    author: "user",
    content: "How am I doing?",
    rating: 4,
    kind: "feedback",
  });
});

it("takes a repeated request once, and refuses another under its key", async () => {
  const headers = { "idempotency-key": "a" };
  const first = await (await say({ content: "once" }, headers)).json();
  expect(await (await say({ content: "once" }, headers)).json()).toEqual(first);
  expect((await say({ content: "twice" }, headers)).status).toBe(422);
  await writeQueued();
  const page = (await (await read("/v1/interactions?limit=100")).json()) as { items: { content: string }[] }; // safe: asserted by use
  expect(page.items.filter(({ content }) => content === "once")).toHaveLength(1);
});

it("validates before it answers", async () => {
  expect((await say({ content: "" })).status).toBe(422);
});
