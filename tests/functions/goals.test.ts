import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createClient } from "#functions/api/client.ts";
import { openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
let client: ReturnType<typeof createClient>;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
  client = clientOf(tenant);
});
afterAll(() => rainwire.close());

const clientOf = ({ key }: TestTenant) =>
  createClient({
    baseUrl: "http://rainwire.test/",
    token: key,
    fetch: async (request) => {
      const body = request.method === "GET" ? null : await request.text();
      const init = { method: request.method, headers: request.headers, body: body === "" ? null : body };
      return await rainwire.fetch(api, request.url.slice("http://rainwire.test".length), init);
    },
  });

/** The data of an answer that must have succeeded. */
function data<T>(result: { ok: true; data: T } | { ok: false; problem: unknown }): T {
  if (result.ok) return result.data;
  throw new Error(JSON.stringify(result.problem));
}

const newGoal = async (title = "Run a half marathon") => data(await client.createGoal({ body: { title } }));

const eventsOf = async (subject: string) =>
  (
    await rainwire.pool.query("select name, actor, subject_version, data from events where subject = $1 order by id", [
      subject,
    ])
  ).rows;

describe("a goal", () => {
  it("is created, read, changed and deleted, and each change is an event of its caller", async () => {
    const goal = await newGoal();
    expect(goal).toMatchObject({ title: "Run a half marathon", status: "draft", phase: "exploring", version: 1 });
    const params = { id: goal.id };
    const body = { status: "active", targetDate: "2027-04-18" } as const;
    const changed = data(await client.changeGoal({ params, body }));
    expect(changed).toMatchObject({ status: "active", targetDate: "2027-04-18", title: goal.title, version: 2 });
    expect(data(await client.changeGoal({ params, body: { targetDate: null } }))).toMatchObject({ targetDate: null });
    expect(data(await client.getGoal({ params }))).toMatchObject({ id: goal.id, milestones: [], version: 3 });
    expect(await client.deleteGoal({ params })).toEqual({ ok: true, status: 204, data: undefined });
    expect(await client.getGoal({ params })).toMatchObject({ ok: false, status: 404, problem: { code: "not_found" } });

    const events = await eventsOf(`goals/${goal.id}`);
    expect(events.map(({ name, subject_version }) => [name, Number(subject_version)])).toEqual([
      ["goal.created", 1],
      ["goal.updated", 2],
      ["goal.updated", 3],
      ["goal.deleted", 4],
    ]);
    expect(events[1].data.changed).toEqual(["status", "targetDate"]);
    for (const { actor } of events) expect(actor).toMatch(/^key:[0-9a-f-]{36}$/);
  });

  it("is changed only at the version named in If-Match", async () => {
    const { id } = await newGoal();
    const init = (etag: string, body?: unknown): RequestInit => ({
      method: body ? "PATCH" : "DELETE",
      headers: { "x-api-key": tenant.key, "if-match": etag, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const at = (etag: string, body?: unknown) => rainwire.fetch(api, `/v1/goals/${id}`, init(etag, body));
    const first = await at('"1"', { title: "First" });
    expect([first.status, first.headers.get("etag")]).toEqual([200, '"2"']);
    const late = await at('"1"', { title: "Late" });
    expect(late.status).toBe(412);
    expect(await late.json()).toMatchObject({ code: "precondition_failed" });
    expect((await at("2", { title: "Bare" })).status).toBe(422);
    expect((await at('"1"')).status).toBe(412);
    const read = await rainwire.fetch(api, `/v1/goals/${id}`, { headers: { "x-api-key": tenant.key } });
    expect(read.headers.get("etag")).toMatch(/^"2-\w+"$/);
    expect(await read.json()).toMatchObject({ title: "First" });
    expect((await at('"2"')).status).toBe(204);
  });

  it("is made once under an Idempotency-Key", async () => {
    const create = (title: string) => client.createGoal({ body: { title }, headers: { "idempotency-key": "k-1" } });
    const [first, again] = [data(await create("Once")), data(await create("Once"))];
    expect(again.id).toBe(first.id);
    const both = await Promise.all(
      ["k-2", "k-2"].map((key) => client.createGoal({ body: { title: "Race" }, headers: { "idempotency-key": key } })),
    );
    expect(new Set(both.map((one) => data(one).id)).size).toBe(1);
    expect(await create("Other")).toMatchObject({
      ok: false,
      status: 422,
      problem: { code: "idempotency_key_reused" },
    });
    const stranger = clientOf(await rainwire.tenant());
    const theirs = await stranger.createGoal({ body: { title: "Other" }, headers: { "idempotency-key": "k-1" } });
    expect(data(theirs).id).not.toBe(first.id);
  });

  it("is listed in pages, newest first", async () => {
    const lister = clientOf(await rainwire.tenant());
    const titles = ["one", "two", "three", "four", "five"];
    for (const title of titles) data(await lister.createGoal({ body: { title } }));
    const seen: string[] = [];
    let before: string | undefined;
    for (let pages = 1; ; pages++) {
      const page = data(await lister.listGoals({ query: { limit: 2, before } }));
      seen.push(...page.items.map(({ title }) => title));
      if (page.next === null) {
        expect(pages).toBe(3);
        break;
      }
      before = page.next;
    }
    expect(seen).toEqual(titles.toReversed());
    expect(data(await lister.listGoals({ query: { status: "completed" } })).items).toEqual([]);
  });
});

describe("milestones", () => {
  it("take their places and count as progress", async () => {
    const { id } = await newGoal();
    const params = { id };
    const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
    const add = async (title: string, dueDate?: string) =>
      data(await client.addMilestone({ params, body: { title, dueDate } }));
    const [a, b, c, d] = [await add("a"), await add("b", day(-1)), await add("c", day(1)), await add("d", day(-1))];
    expect([a, b, c, d].map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    const set = async (milestoneId: string, status: "done" | "skipped") =>
      data(await client.changeMilestone({ params: { id, milestoneId }, body: { status } }));
    expect(await set(a.id, "done")).toMatchObject({ status: "done", version: 2 });
    await set(d.id, "skipped");
    expect(data(await client.getGoalProgress({ params }))).toMatchObject({
      percent: 33,
      recordedPercent: 0,
      counts: { pending: 2, in_progress: 0, done: 1, skipped: 1 },
      nextMilestone: { id: b.id },
      overdue: [{ id: b.id }],
    });
    expect(await client.deleteMilestone({ params: { id, milestoneId: c.id } })).toMatchObject({ status: 204 });
    const left = data(await client.listMilestones({ params })).items;
    expect(left.map(({ title }) => title)).toEqual(["a", "b", "d"]);
  });

  it("get different places when they are added at once", async () => {
    const { id } = await newGoal();
    const added = await Promise.all(
      ["a", "b", "c", "d"].map((title) => client.addMilestone({ params: { id }, body: { title } })),
    );
    expect(added.map((one) => data(one).position).sort()).toEqual([1, 2, 3, 4]);
  });
});

describe("interactions and notifications", () => {
  it("records what a user said and lists it by goal and kind", async () => {
    const { id: goalId } = await newGoal();
    const said = await client.recordInteraction({ body: { kind: "feedback", content: "Good", rating: 5, goalId } });
    expect(data(said)).toMatchObject({ author: "user", userId: tenant.userId, rating: 5, goalId });
    const reply = { content: "Why?", goalId, inReplyTo: data(said).id };
    data(await client.recordInteraction({ body: reply }));
    const list = async (kind?: "feedback" | "chat") =>
      data(await client.listInteractions({ query: { goalId, kind } })).items.map(({ content }) => content);
    expect(await list()).toEqual(["Why?", "Good"]);
    expect(await list("feedback")).toEqual(["Good"]);
    const lost = { content: "?", inReplyTo: goalId };
    expect(await client.recordInteraction({ body: lost })).toMatchObject({ status: 404 });
  });

  it("marks a notification as read once", async () => {
    const sent = await client.submitAction({
      body: { action: "notification.send", data: { title: "Hello", body: "A word" } },
    });
    if (!sent.ok || sent.status !== 202) throw new Error("not taken");
    const unread = async () => data(await client.listNotifications({ query: { isRead: "false" } })).items;
    const [notification] = await unread();
    expect(notification).toMatchObject({ id: sent.data.executionId, title: "Hello", readAt: null });
    const params = { id: sent.data.executionId };
    const first = data(await client.markNotificationRead({ params }));
    expect(data(await client.markNotificationRead({ params })).readAt).toBe(first.readAt);
    expect(await unread()).toEqual([]);
  });
});
