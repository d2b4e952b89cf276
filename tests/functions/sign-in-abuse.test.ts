import { afterAll, beforeAll, expect, it } from "vitest";
import Auth from "#functions/auth/index.ts";
import { ADDRESS_HEADER } from "#shared/http/address-header.ts";
import { setOverride } from "#shared/limits/overrides.ts";
import { openTestInstance, type TestInstance } from "#tests/support/api.ts";

let rainwire: TestInstance;
beforeAll(async () => {
  rainwire = await openTestInstance();
});
afterAll(() => rainwire.close());

/** SHA-256 of `victim@example.com`, its first half: `printf victim@example.com | sha256sum`. */
const VICTIM = "ffbe8cff4f9f8d8b109460f975c343e9";

function signIn(email: string, address: string): Promise<Response> {
  const body = JSON.stringify({ email, password: "not the password" });
  const request = new Request("http://rainwire.test/api/auth/sign-in/email", {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      origin: "http://rainwire.test",
      [ADDRESS_HEADER]: address,
    },
  });
  const env = {} as ConstructorParameters<typeof Auth>[1]; // safe: it reads none
  return new Auth(rainwire.context(), env).fetch(request);
}

const toldOf = async (kind: string) =>
  (
    await rainwire.pool.query("select data from events where name = 'limits.abuse_detected' and data->>'kind' = $1", [
      kind,
    ])
  ).rows;

it("tells of an address that fails to sign in to many accounts, and of no one who forgot a password", async () => {
  for (let i = 0; i < 20; i++) expect((await signIn("ada@example.com", "198.51.100.7")).status).toBe(401);
  expect(await toldOf("credential_stuffing")).toEqual([]);
  for (let i = 0; i < 16; i++) await signIn(`user-${i}@example.com`, "203.0.113.7");
  await expect.poll(() => toldOf("credential_stuffing")).toHaveLength(1);
  expect((await toldOf("credential_stuffing"))[0].data).toMatchObject({
    subjectKind: "address",
    subjectId: "203.0.113.7",
    count: 15,
    windowSeconds: 600,
  });
});

it("tells of an account that many addresses fail to sign in to, by a hash", async () => {
  for (let i = 0; i < 16; i++)
    await signIn(i % 2 ? "Victim@Example.com" : "victim@example.com", `203.0.113.${100 + i}`);
  await expect.poll(() => toldOf("account_under_attack")).toHaveLength(1);
  expect((await toldOf("account_under_attack"))[0].data).toMatchObject({
    subjectKind: "account",
    subjectId: VICTIM,
    count: 15,
  });
  expect(JSON.stringify(await toldOf("account_under_attack"))).not.toContain("victim");
});

it("refuses a blocked account and a blocked address, with a problem document", async () => {
  const ctx = { db: rainwire.database, limits: rainwire.limits };
  const block = { isBlock: true, seconds: 60, reason: "a test", setBy: "user:1" };
  await setOverride(ctx, { kind: "account", id: VICTIM }, block);
  const refused = await signIn("victim@example.com", "198.51.100.8");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("content-type")).toBe("application/problem+json");
  expect(await refused.json()).toMatchObject({ code: "blocked", "violated-policies": ["account"] });
  expect((await signIn("ada@example.com", "198.51.100.8")).status).toBe(401);
  await setOverride(ctx, { kind: "address", id: "198.51.100.8" }, block);
  const blocked = await signIn("ada@example.com", "198.51.100.8");
  expect(blocked.status).toBe(429);
  expect(Number(blocked.headers.get("retry-after"))).toBeGreaterThan(50);
});
