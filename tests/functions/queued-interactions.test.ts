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
  const waiting = await read(location);
  expect([waiting.status, waiting.headers.get("location"), waiting.headers.get("retry-after")]).toEqual([
    202,
    location,
    "1",
  ]);
  expect(await waiting.json()).toEqual({ id });
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

it("answers 202 with the same Location while the first request waits, however it is repeated", async () => {
  const body = { content: "on its way" };
  const headers = { "idempotency-key": "b" };
  const sayNow = () => rainwire.fetch(api, "/v1/interactions", asking(tenant.key, "POST", body, headers));
  const first = await say(body, headers);
  const location = first.headers.get("location") ?? "";
  const { id } = (await first.json()) as { id: string }; // safe: asserted by use
  for (const repeated of [await say(body, headers), await sayNow()]) {
    expect([repeated.status, repeated.headers.get("location")]).toEqual([202, location]);
    expect(await repeated.json()).toEqual({ id });
  }
  await writeQueued();
  const written = await sayNow();
  expect([written.status, written.headers.get("etag")]).toEqual([201, '"1"']);
  expect(await written.json()).toMatchObject({ id, content: "on its way" });
  expect((await say(body, headers)).headers.get("location")).toBe(location);
});

it("shows what waits to its own tenant only, and nothing of what could not be written", async () => {
  const taken = await say({ content: "lost", goalId: "01900000-0000-7000-8000-000000000000" });
  const location = taken.headers.get("location") ?? "";
  const other = await rainwire.tenant();
  expect((await rainwire.fetch(api, location, asking(other.key, "GET"))).status).toBe(404);
  expect((await read(location)).status).toBe(202);
  await rainwire.pool.query("delete from outbox where id = $1", [location.split("/").at(-1)]); // as giving it up does
  expect((await read(location)).status).toBe(404);
});

it("validates before it answers", async () => {
  expect((await say({ content: "" })).status).toBe(422);
});
