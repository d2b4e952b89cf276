import { afterAll, beforeAll, expect, it } from "vitest";
import { createHooks } from "#functions/hooks/app.ts";
import { sql } from "#shared/database/sql.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";
import { insertCostNotice, insertExecution, runToken } from "#tests/support/domain.ts";

const hooks = createHooks();
let rainwire: TestInstance;
let tenant: TestTenant;
let executionId: string;
let noticeId: string;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
  executionId = await insertExecution(rainwire, tenant);
  noticeId = await insertCostNotice(rainwire, tenant);
});
afterAll(() => rainwire.close());

async function ask(method: string, rest = "", body?: unknown, attempt = 1) {
  const token = await runToken(rainwire, tenant, executionId, ["run:costs.tell"], attempt);
  const response = await rainwire.fetch(hooks, `/v1/cost-notices/${noticeId}${rest}`, asking(token, method, body));
  return { status: response.status, body: (await response.json()) as { sentAt: string | null; recipients: string[] } }; // safe: asserted below
}

it("a notice concerns those who may read its costs, and no plain member", async () => {
  for (const role of ["member", "finance", "member,admin"]) {
    const email = `${role.replace(",", "-")}@example.com`;
    await rainwire.database.batch([
      sql`insert into "user" (id, name, email) values (${role}, ${role}, ${email})`,
      sql`insert into member (id, organization_id, user_id, role, created_at) values (${role}, ${tenant.tenantId}, ${role}, ${role}, now())`,
    ]);
  }
  const { status, body } = await ask("GET");
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: noticeId, kind: "report", period: "2026-10", sentAt: null });
  expect(body.recipients).toEqual([
    "finance@example.com",
    "member-admin@example.com",
    expect.stringMatching(/^owner-\d+@example\.com$/),
  ]);
});

it("a notice is marked as sent once, by a current attempt only", async () => {
  const marked = await ask("PUT", "/sent", { channel: "mail" });
  expect(marked).toMatchObject({ status: 200, body: { sentAt: expect.stringMatching(/^20/) } });
  const again = await ask("PUT", "/sent", { channel: "chat" });
  expect(again.body.sentAt).toBe(marked.body.sentAt);
  expect(await rainwire.database.query(sql`select sent_by from cost_notices where id = ${noticeId}`)).toEqual([
    { sentBy: "mail" },
  ]);
  expect((await ask("PUT", "/sent", { channel: "mail" }, 2)).status).toBe(409);
  expect((await ask("PUT", "/sent", { channel: "pigeon" })).status).toBe(422);
});
