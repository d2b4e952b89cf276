import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authRoutes } from "#functions/auth/routes.ts";
import { authenticate } from "#shared/accounts/authenticate.ts";
import { createAccount } from "#shared/accounts/create-account.ts";
import { openTestAccounts, PUBLIC_URL, requestWith, type TestAccounts } from "#tests/support/accounts.ts";

let accounts: TestAccounts;
beforeAll(async () => {
  accounts = await openTestAccounts();
});
afterAll(() => accounts.close());

const PASSWORD = "correct horse battery";

async function signUp(email: string, headers?: Record<string, string>) {
  const response = await accounts.send("/sign-up/email", { email, password: PASSWORD, name: "Ada" }, headers);
  const body = (await response.json()) as { token: string; user: { id: string } }; // safe: better-auth's answer
  return { response, token: body.token, userId: body.user?.id };
}

describe("signing up", () => {
  it("makes a personal tenant, and the session carries it", async () => {
    const { token, userId } = await signUp("ada@example.com");
    const { rows } = await accounts.pool.query("select organization_id, role from member where user_id = $1", [userId]);
    expect(rows).toEqual([{ organization_id: expect.any(String), role: "owner" }]);
    const found = await authenticate(accounts, requestWith({ authorization: `Bearer ${token}` }));
    expect(found).toMatchObject({
      principal: { kind: "user", userId, tenantId: rows[0].organization_id, role: "owner", isOperator: false },
    });
  });

  it("leaves nothing behind when it fails half-way", async () => {
    await accounts.pool.query("alter table session add constraint none_for_bob check (user_agent <> 'bob') not valid");
    await expect(signUp("bob@example.com", { "user-agent": "bob" })).rejects.toThrow(/^better-auth failed: 23514.$/);
    const { rowCount } = await accounts.pool.query(`select from "user" where email = 'bob@example.com'`);
    expect(rowCount).toBe(0);
    await accounts.pool.query("alter table session drop constraint none_for_bob");
  });

  it("gives nobody the operator's flag on request", async () => {
    const body = { email: "eve@example.com", password: PASSWORD, name: "Eve", isOperator: true };
    await accounts.send("/sign-up/email", body);
    const { rows } = await accounts.pool.query(`select is_operator from "user" where is_operator`);
    expect(rows).toEqual([]);
  });

  it("makes ids of UUID version 7 and hashes the password", async () => {
    const { userId } = await signUp("ids@example.com");
    expect(userId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const { rows } = await accounts.pool.query("select password from account where user_id = $1", [userId]);
    expect(rows[0].password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
  });

  it("waits for the invited to accept instead of making a tenant", async () => {
    const owner = await signUp("owner@example.com");
    const bearer = { authorization: `Bearer ${owner.token}` };
    const invited = await accounts.send(
      "/organization/invite-member",
      { email: "guest@example.com", role: "finance" },
      bearer,
    );
    const { id: invitationId } = (await invited.json()) as { id: string }; // safe: better-auth's answer
    const guest = await signUp("guest@example.com");
    const asGuest = { authorization: `Bearer ${guest.token}` };
    expect(await authenticate(accounts, requestWith(asGuest))).toEqual({ failure: "no_tenant" });

    const accepted = await accounts.send("/organization/accept-invitation", { invitationId }, asGuest);
    expect(accepted.status).toBe(200);
    expect(await authenticate(accounts, requestWith(asGuest))).toMatchObject({
      principal: {
        kind: "user",
        userId: guest.userId,
        role: "finance",
        scopes: ["executions:read", "usage:read", "budgets:write", "tokens:issue"],
      },
    });

    await accounts.pool.query("delete from member where user_id = $1", [guest.userId]);
    expect(await authenticate(accounts, requestWith(asGuest))).toEqual({ failure: "no_tenant" });
  });
});

describe("signing in", () => {
  it("answers a bearer token, a signed one and a cookie alike", async () => {
    const made = await createAccount(accounts, {
      email: "Cy@Example.com",
      password: PASSWORD,
      name: "Cy",
      tenantName: "Zürich & Co",
    });
    expect(made.kind).toBe("created");
    const response = await accounts.send("/sign-in/email", { email: "cy@example.com", password: PASSWORD });
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const signed = response.headers.get("set-auth-token") ?? "";
    const { token } = (await response.json()) as { token: string }; // safe: better-auth's answer
    expect(response.headers.getSetCookie()[0]).toMatch(/^rainwire\.session_token=.*HttpOnly; SameSite=Lax/i);

    const tenantId = made.kind === "created" ? made.tenantId : "";
    for (const headers of [{ authorization: `Bearer ${token}` }, { authorization: `Bearer ${signed}` }, { cookie }]) {
      expect(await authenticate(accounts, requestWith(headers))).toMatchObject({ principal: { tenantId } });
    }
  });

  it("refuses a second account of the same e-mail address", async () => {
    const input = { email: "twice@example.com", password: PASSWORD, name: "T", tenantName: "T" };
    expect((await createAccount(accounts, input)).kind).toBe("created");
    expect(await createAccount(accounts, { ...input, email: "TWICE@example.com" })).toEqual({ kind: "email_taken" });
  });

  it("refuses a wrong password, an unknown token and a session that was ended", async () => {
    const { token } = await signUp("dee@example.com");
    const wrong = await accounts.send("/sign-in/email", { email: "dee@example.com", password: "not that one" });
    expect(wrong.status).toBe(401);
    expect(await authenticate(accounts, requestWith({}))).toEqual({ failure: "missing" });
    expect(await authenticate(accounts, requestWith({ authorization: "Bearer nobody" }))).toEqual({
      failure: "invalid",
    });
    await accounts.send("/sign-out", {}, { authorization: `Bearer ${token}` });
    expect(await authenticate(accounts, requestWith({ authorization: `Bearer ${token}` }))).toEqual({
      failure: "invalid",
    });
  });

  it("lets no good cookie make up for a bad bearer token", async () => {
    const { response } = await signUp("flo@example.com");
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    expect(await authenticate(accounts, requestWith({ cookie, authorization: "Bearer nobody" }))).toEqual({
      failure: "invalid",
    });
  });

  it("takes a cookie's writing request from our own and trusted pages only", async () => {
    const { response } = await signUp("gil@example.com");
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const post = (origin: string) => authenticate(accounts, requestWith({ cookie, origin }, "POST"));
    expect(await post("http://evil.test")).toEqual({ failure: "invalid" });
    expect(await post("http://app.test")).toHaveProperty("principal");
    expect(await post("http://rainwire.test")).toHaveProperty("principal");
  });
});

const fail = (error: Error): never => {
  throw error;
};

it("limits sign-in attempts by address", async () => {
  const limited = await openTestAccounts({ signInLimit: { windowSeconds: 60, max: 2 }, addressHeader: "x-client" });
  const attempt = async (client: string) => {
    const body = { email: "nobody@example.com", password: "12345678" };
    const response = await authRoutes(limited, fail).request(`${PUBLIC_URL}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: PUBLIC_URL, "x-client": client },
      body: JSON.stringify(body),
    });
    return { status: response.status, waitSeconds: Number(response.headers.get("retry-after")) };
  };
  expect(await attempt("192.0.2.1")).toMatchObject({ status: 401 });
  expect(await attempt("192.0.2.1")).toMatchObject({ status: 401 });
  const refused = await attempt("192.0.2.1");
  expect(refused.status).toBe(429);
  expect(refused.waitSeconds).toBeGreaterThan(50);
  expect(await attempt("192.0.2.2")).toMatchObject({ status: 401 });
  await limited.close();
});

it("marks cookies as secure where the public URL is https, and refuses a short secret", async () => {
  const secure = await openTestAccounts({ publicUrl: "https://rainwire.test" });
  const { authCookies } = await secure.auth.$context;
  expect(authCookies.sessionToken.attributes).toMatchObject({ secure: true, sameSite: "lax", httpOnly: true });
  await secure.close();
  await expect(openTestAccounts({ secret: "short" })).rejects.toThrow("shorter than 32 characters");
});
