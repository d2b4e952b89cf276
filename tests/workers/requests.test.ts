import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { PUBLIC_URL, type RunningWorkers, startWorkers } from "./start-workers.ts";

let rainwire: RunningWorkers;
let onNode: TestInstance;
let tenantOnNode: TestTenant;

beforeAll(async () => {
  rainwire = await startWorkers({ rootDir: resolve(import.meta.dirname, "../..") });
  onNode = await openTestInstance();
  tenantOnNode = await onNode.tenant({ isOperator: true });
}, 120_000);
afterAll(async () => {
  await rainwire?.close();
  await onNode?.close();
});

const asJson = (body: unknown, headers: Record<string, string> = {}) => ({
  method: "POST",
  headers: { origin: PUBLIC_URL, ...headers },
  body: JSON.stringify(body),
});

describe("an account", () => {
  const account = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };

  it("is made, signed in to and recognised by its session and its JWT", async () => {
    const signedUp = await rainwire.fetch("/auth/api/auth/sign-up/email", asJson(account));
    expect(signedUp.status).toBe(200);
    const signedIn = await rainwire.fetch("/auth/api/auth/sign-in/email", asJson(account));
    expect(signedIn.status).toBe(200);
    const { token } = (await signedIn.json()) as { token: string }; // safe: better-auth's answer
    const bearer = { authorization: `Bearer ${token}` };
    const organization = { name: "Ada's", slug: "adas" };
    expect((await rainwire.fetch("/auth/api/auth/organization/create", asJson(organization, bearer))).status).toBe(200);
    const jwt = await rainwire.fetch("/auth/api/auth/token", { headers: bearer });
    const { token: signed } = (await jwt.json()) as { token: string }; // safe: better-auth's answer
    for (const credential of [token, signed]) {
      const goals = await rainwire.fetch("/v1/goals", { headers: { authorization: `Bearer ${credential}` } });
      expect(goals.status).toBe(200);
      expect(await goals.json()).toEqual({ items: [], next: null });
    }
  });

  it("is refused with a wrong password", async () => {
    const refused = await rainwire.fetch(
      "/auth/api/auth/sign-in/email",
      asJson({ email: account.email, password: "wrong horse battery" }),
    );
    expect(refused.status).toBe(401);
  });

  it("is recognised by a password that Node hashed", async () => {
    const { email, password } = rainwire.account; // made by prepareDatabase, in this process
    expect((await rainwire.fetch("/auth/api/auth/sign-in/email", asJson({ email, password }))).status).toBe(200);
  });
});

/** What differs from one database to another stands as its kind. */
const withoutChance = (text: string): string =>
  text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "(id)")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "(time)")
    .replaceAll("http://rainwire.test", "(origin)");

describe("the same requests give the same answers as on Node", () => {
  it.each([
    ["GET", "/openapi.json", undefined, "key"],
    ["GET", "/v1/goals", undefined, "no key"],
    ["GET", "/v1/goals/01900000-0000-7000-8000-000000000001", undefined, "key"],
    ["POST", "/v1/goals", { title: "Run 10 km", targetDate: "2027-05-01" }, "key"],
    ["POST", "/v1/goals", { title: "" }, "key"],
    ["GET", "/v1/goals?limit=1", undefined, "key"],
    ["POST", "/v2/unified", { action: "no.such", data: {} }, "key"],
    ["PATCH", "/v1/api-keys", {}, "key"],
    ["GET", "/nowhere", undefined, "key"],
  ])("%s %s %j, %s", async (method, path, body, who) => {
    const init = (key: string) => asking(who === "key" ? key : undefined, method, body);
    const there = await rainwire.fetch(path, init(rainwire.account.apiKey) as object);
    const here = await onNode.fetch(createApi(), path, init(tenantOnNode.key));
    expect(there.status).toBe(here.status);
    expect(there.headers.get("content-type")).toBe(here.headers.get("content-type"));
    expect(withoutChance(await there.text())).toBe(withoutChance(await here.text()));
  });
});

it("answers for its health, and under its own prefix only for public services", async () => {
  const { apiKey } = rainwire.account;
  const health = await rainwire.fetch("/ops/health");
  expect(health.status).toBe(200);
  const instances = await rainwire.fetch("/ops/v1/n8n-instances", { headers: { authorization: `Bearer ${apiKey}` } });
  expect(instances.status).toBe(200);
});
