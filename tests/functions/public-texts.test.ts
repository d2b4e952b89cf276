import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createTokens } from "#functions/auth/app.ts";
import { authRoutes } from "#functions/auth/routes.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { promoteKey } from "#shared/tokens/promote-key.ts";
import { ensureSigningKey, publishKey } from "#shared/tokens/publish-key.ts";
import { revokeSigningKey } from "#shared/tokens/retire-key.ts";
import { openTestInstance, type TestInstance } from "#tests/support/api.ts";

const edges = { api: createApi(), hooks: createHooks(), ops: createOps(), auth: createTokens() };
let rainwire: TestInstance;
beforeAll(async () => {
  rainwire = await openTestInstance();
});
afterAll(() => rainwire?.close());

const ABOUT = "public, max-age=300, s-maxage=600, stale-while-revalidate=3600";
const KEYS = "public, max-age=300, s-maxage=60, must-revalidate";

const get = (service: string, path: string, headers: Record<string, string> = {}): Promise<Response> => {
  if (service !== "better-auth") return rainwire.fetch(edges[service as keyof typeof edges], path, { headers }); // safe: of the table below
  const { auth, tokens, database } = rainwire.instance;
  const routes = authRoutes({ auth, tokens, database }, (error) => {
    throw error;
  });
  return Promise.resolve(routes.request(path, { headers }));
};

describe.each([
  ["api", "/openapi.json", "openapi", ABOUT],
  ["api", "/docs", "openapi", ABOUT],
  ["hooks", "/openapi.json", "openapi", ABOUT],
  ["ops", "/openapi.json", "openapi", ABOUT],
  ["auth", "/openapi.json", "openapi", ABOUT],
  ["auth", "/.well-known/jwks.json", "jwks", KEYS],
  ["better-auth", "/api/auth/jwks", "jwks", KEYS],
])("%s %s", (service, path, tag, control) => {
  it("is for everybody's caches, and says by which tag they forget it", async () => {
    const { status, headers } = await get(service, path);
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe(control);
    expect(headers.get("cache-tag")).toBe(tag);
    expect(headers.get("surrogate-key")).toBe(tag);
  });

  it("holds nothing of the request that it answers", async () => {
    const { headers } = await get(service, path, { authorization: "Bearer rw_nobody", cookie: "a=b" });
    expect(["vary", "set-cookie", "ratelimit", "ratelimit-policy"].filter((name) => headers.has(name))).toEqual([]);
  });

  it("is the same text under one ETag, and 304 to whoever has it", async () => {
    const [first, second] = [await get(service, path), await get(service, path)];
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"\w{12,}"$/);
    expect(second.headers.get("etag")).toBe(etag);
    expect(await second.text()).toBe(await first.text());
    const unchanged = await get(service, path, { "if-none-match": `"other", W/${etag}` });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    expect(unchanged.headers.get("cache-control")).toBe(control);
    expect(unchanged.headers.get("cache-tag")).toBe(tag);
    expect((await get(service, path, { "if-none-match": '"other"' })).status).toBe(200);
  });
});

it("moves the tag of the JWKS with the keys that it shows, and then only", async () => {
  const ctx = openContext(rainwire.context());
  const actor = { cause: ctx.causedBy("user:test"), guards: [] };
  const jwks = async () => await (await get("auth", "/.well-known/jwks.json")).text();
  const isMovedBy = async (work: () => Promise<unknown>): Promise<boolean> => {
    const { movedAt } = ctx.caches.epochs.cell("jwks");
    await work();
    return ctx.caches.epochs.cell("jwks").movedAt > movedAt;
  };
  await ensureSigningKey(ctx);
  const before = await jwks();
  const old = (JSON.parse(before) as { keys: { kid: string }[] }).keys[0]?.kid ?? ""; // safe: RFC 7517

  let next = "";
  expect(await isMovedBy(async () => (next = await publishKey(ctx, actor, true)))).toBe(true);
  rainwire.instance.tokens.ring.expire(); // as the table's signal does
  const published = await get("auth", "/.well-known/jwks.json");
  expect(published.headers.get("etag")).not.toBe((await get("auth", "/openapi.json")).headers.get("etag"));
  expect(await published.text()).toContain(next);

  await rainwire.pool.query("update signing_keys set promotable_at = now() where id = $1", [next]);
  expect(await isMovedBy(() => promoteKey(ctx, actor, next))).toBe(false);
  expect(await isMovedBy(() => revokeSigningKey(ctx, actor, old))).toBe(true);
  rainwire.instance.tokens.ring.expire();
  expect(await jwks()).not.toContain(old);
});
