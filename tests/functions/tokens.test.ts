import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createTokens } from "#functions/auth/app.ts";
import { createOps } from "#functions/ops/app.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

let rainwire: TestInstance;
let tenant: TestTenant;
let operator: TestTenant;
const [api, tokens, ops] = [createApi(), createTokens(), createOps()];

beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
  operator = await rainwire.tenant({ isOperator: true });
});
afterAll(() => rainwire.close());

const post = (path: string, body: unknown, credential?: string) =>
  rainwire.fetch(tokens, path, asking(credential, "POST", body));
const list = (credential: string) => rainwire.fetch(api, "/v1/goals", asking(credential, "GET"));

describe("POST /v1/tokens", () => {
  it("exchanges an API key for a token that works wherever the key does, within its scopes", async () => {
    const key = await tenant.keyWith("goals:read", "goals:write", "tokens:issue");
    const response = await post("/v1/tokens", { scopes: ["goals:read"] }, key);
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const body = (await response.json()) as { accessToken: string }; // safe: asserted
    expect(body).toEqual({
      tokenType: "Bearer",
      accessToken: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]{86}$/),
      expiresInSeconds: 900,
      scopes: ["goals:read"],
    });
    expect((await list(body.accessToken)).status).toBe(200);
    const write = asking(body.accessToken, "POST", { title: "Mine" });
    expect((await rainwire.fetch(api, "/v1/goals", write)).status).toBe(403);
    const again = await post("/v1/tokens", {}, body.accessToken);
    expect(again.status).toBe(403);
  });

  it("needs the scope, and gives none that the caller lacks", async () => {
    const reader = await tenant.keyWith("goals:read");
    expect((await post("/v1/tokens", {}, reader)).status).toBe(403);
    const issuer = await tenant.keyWith("tokens:issue");
    const wide = await post("/v1/tokens", { scopes: ["goals:read"] }, issuer);
    expect(wide.status).toBe(403);
    expect(await wide.json()).toMatchObject({ code: "scope_missing", detail: "You do not hold goals:read yourself." });
    expect((await post("/v1/tokens", { refresh: true }, issuer)).status).toBe(422);
    expect((await post("/v1/tokens", { scopes: ["goals:own"] }, issuer)).status).toBe(422);
  });
});

describe("a session's tokens", () => {
  async function signedIn(): Promise<string> {
    const { rows } = await rainwire.pool.query(
      `insert into session (id, user_id, token, active_organization_id, expires_at)
      values (uuidv7()::text, $1, md5(random()::text), $2, now() + interval '1 day') returning token`,
      [tenant.userId, tenant.tenantId],
    );
    return rows[0].token;
  }
  const issue = async (session: string) => {
    const response = await post("/v1/tokens", { refresh: true }, session);
    expect(response.status).toBe(201);
    return (await response.json()) as { accessToken: string; refreshToken: string; refreshExpiresAt: string }; // safe: asserted by use
  };

  it("are refreshed, and ended with their refresh token", async () => {
    const first = await issue(await signedIn());
    expect(first.refreshToken).toMatch(/^rwr_[0-9a-f-]{36}\.1\.[\w-]{43}$/);
    const response = await post("/v1/tokens/refresh", { refreshToken: first.refreshToken });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const next = (await response.json()) as { accessToken: string; refreshToken: string }; // safe: asserted by use
    expect(next.refreshToken).toMatch(/^rwr_[0-9a-f-]{36}\.2\.[\w-]{43}$/);
    expect((await list(next.accessToken)).status).toBe(200);
    expect((await post("/v1/tokens/revoke", { refreshToken: next.refreshToken })).status).toBe(204);
    expect((await list(next.accessToken)).status).toBe(401);
    expect((await post("/v1/tokens/refresh", { refreshToken: next.refreshToken })).status).toBe(401);
    expect((await post("/v1/tokens/revoke", { refreshToken: "rwr_nobody's" })).status).toBe(204);
  });

  it("all end at once on request, and an API key stays", async () => {
    const [one, other] = [await signedIn(), await signedIn()];
    const [a, b] = [await issue(one), await issue(other)];
    const ended = await rainwire.fetch(tokens, "/v1/tokens/revoke-all", asking(a.accessToken, "POST"));
    expect(ended.status).toBe(200);
    expect(await ended.json()).toMatchObject({ families: 2 });
    for (const credential of [one, other, a.accessToken, b.accessToken]) {
      expect((await list(credential)).status).toBe(401);
    }
    expect((await list(tenant.key)).status).toBe(200);
    const byKey = await rainwire.fetch(tokens, "/v1/tokens/revoke-all", asking(tenant.key, "POST"));
    expect(byKey.status).toBe(403);
  });
});

describe("the keys", () => {
  it("are public, fresh for five minutes, and nothing private is among them", async () => {
    const response = await rainwire.fetch(tokens, "/.well-known/jwks.json");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300, s-maxage=60, must-revalidate");
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }; // safe: RFC 7517
    expect(keys).toEqual([
      {
        kty: "OKP",
        crv: "Ed25519",
        x: expect.stringMatching(/^[\w-]{43}$/),
        kid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        alg: "EdDSA",
        use: "sig",
      },
    ]);
  });

  it("are shown to operators, who may ask for a rotation before its time", async () => {
    await rainwire.fetch(tokens, "/.well-known/jwks.json");
    const shown = await rainwire.fetch(ops, "/v1/signing-keys", asking(operator.key, "GET"));
    const text = await shown.text();
    expect(JSON.parse(text)).toMatchObject({ items: [{ phase: "signing", alg: "EdDSA", retiredAt: null }] });
    expect(text).not.toMatch(/private|v1\./i);
    const note = { note: "a laptop was lost" };
    expect((await rainwire.fetch(ops, "/v1/signing-keys/rotations", asking(operator.key, "POST", note))).status).toBe(
      202,
    );
    const { rows } = await rainwire.pool.query(
      "select data from events where name = 'tokens.rotation_due' and tenant_id = 'platform'",
    );
    expect(rows).toMatchObject([{ data: { step: "publish", reason: "requested", note: "a laptop was lost" } }]);
    expect((await rainwire.fetch(ops, "/v1/signing-keys", asking(tenant.key, "GET"))).status).toBe(403);
  });
});
