import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "#hosts/node/start-host.ts";
import { checkBudgets } from "#shared/costs/budgets/check-budgets.ts";
import { setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { beginInvocation } from "#shared/costs/invocation.ts";
import { announceReports } from "#shared/costs/notices/announce-reports.ts";
import { sql } from "#shared/database/sql.ts";
import { openContext } from "#shared/runtime/open-context.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";
import { insertCosts } from "#tests/support/cost-rows.ts";
import { type MailCatcher, startMailCatcher } from "#tests/support/mail-catcher.ts";
import { eventually } from "#tests/support/n8n.ts";
import { type N8nHost, shippedWorkflow, startN8nHost } from "#tests/support/n8n-host.ts";

/** What finance is told, from the ledger to the mail: a real host, PostgreSQL, n8n and mail server. */
const NOW = "2026-11-20T12:00:00Z";
const LINK = "/reports/?from=2026-10-01&to=2026-11-01";

let mail: MailCatcher;
let world: N8nHost;
let host: Host;
let tenantId: string;

beforeAll(async () => {
  mail = await startMailCatcher();
  world = await startN8nHost(["cost-report", "budget-alert"].map(shippedWorkflow), mail.url);
  host = world.host;
  tenantId = host.firstAccount?.tenantId ?? "";
  await insertCosts(host.instance.database, [
    { day: "2026-09-10", tenantId, effective: "1000" },
    { day: "2026-10-10", tenantId, effective: "1200.005", list: "1300" },
    { day: "2026-10-11", tenantId, function: "<hooks>", effective: "34.5" },
    { day: "2026-11-02", tenantId, effective: "81.5" },
  ]);
});
afterAll(async () => {
  await world?.close();
  await mail?.close();
});

/** A task's context, at a time of the test's. */
function taskContext() {
  const invocation = beginInvocation("costs", "tick", childTrace(undefined), Date.now());
  const ctx = openContext({ waitUntil: () => undefined, instance: host.instance, invocation } as never); // safe: a HostContext
  const { db, publicUrl } = ctx;
  return { db, publicUrl, clock: () => Date.parse(NOW), causedBy: (actor: string) => ctx.causedBy(actor) };
}

interface Run {
  id: string;
  status: string;
  attempt: number;
  result: { channel?: string } | null;
  errorCode: string | null;
  errorMessage: string | null;
}

const runsOf = (workflowId: string, tenant: string) =>
  host.instance.database.query(sql<Run>`select id, status, attempt, result, error_code, error_message
    from workflow_executions where workflow_id = ${workflowId} and tenant_id = ${tenant} order by created_at, id`);

const ended = (workflowId: string, tenant: string, count: number) =>
  eventually(
    `${count} runs of ${workflowId} to end`,
    async () => {
      const runs = await runsOf(workflowId, tenant);
      return runs.filter(({ status }) => ["succeeded", "failed"].includes(status)).length === count ? runs : undefined;
    },
    100_000,
  );

describe("the monthly cost report", () => {
  it("comes by mail to the tenant's owner and to the platform's operator, with the ledger's figures", async () => {
    expect(await announceReports(taskContext())).toBe(2);
    const [ofTenant] = await ended("cost-report", tenantId, 1);
    const [ofPlatform] = await ended("cost-report", "platform", 1);
    expect([ofTenant, ofPlatform]).toMatchObject([
      { status: "succeeded", result: { channel: "mail" } },
      { status: "succeeded", result: { channel: "mail" } },
    ]);
    const sent = mail.mails.find(({ text }) => text.includes("your tenant"));
    expect(sent).toMatchObject({
      from: '"Rainwire" <rainwire@localhost>',
      to: ["operator@rainwire.local"],
      subject: "Costs of 2026-10: 1,234.51 USD (preliminary)",
    });
    expect(sent?.text.split("\n")).toEqual([
      "What Rainwire cost in 2026-10, for your tenant. The period is still open: late usage may come.",
      "",
      "  Effective cost: 1,234.51 USD",
      "  List cost: 1,334.50 USD",
      "  Month before: 1,000.00 USD",
      "  Change: 23.5 %",
      "",
      "What moved most:",
      "  api: 1,000.00 → 1,200.01 USD (+200.01)",
      "  <hooks>: 0.00 → 34.50 USD (+34.50)",
      "",
      `Every line, price and source: ${host.url}${LINK}`,
    ]);
    expect(sent?.html).toContain('<th align="left">&lt;hooks&gt;</th><td>0.00 → 34.50 USD (+34.50)</td>');
    expect(mail.mails.filter(({ text }) => text.includes("for all tenants"))).toHaveLength(1);
    const [{ count } = { count: -1 }] = await host.instance.database.query(
      sql<{ count: number }>`select count(*) as count from cost_notices where sent_at is not null and sent_by = 'mail'`,
    );
    expect(count).toBe(2);
  });

  it("is not mailed again when its webhook comes twice, nor by another run of the same notice", async () => {
    const { database: db, signals } = host.instance;
    const before = mail.mails.length;
    const [first] = await runsOf("cost-report", tenantId);
    await db.query(sql`with again as (
        update deliveries set status = 'queued', fence = fence + 1, attempts = 0 where execution_id = ${first?.id ?? ""} returning id, fence)
      insert into outbox (queue, body) select 'webhook-deliveries', jsonb_build_object('deliveryId', id, 'fence', fence) from again`);
    await signals.publish("outbox");
    await eventually("the replay to be delivered", async () => {
      const [row] = await db.query(sql<{ n: number }>`
        select count(*) as n from delivery_attempts where delivery_id = ${first?.id ?? ""} and outcome = 'accepted'`);
      return row?.n === 2 ? row : undefined;
    });
    await db.query(sql`select rainwire_emit(uuidv7(), tenant_id, name, subject, 2, data, '{}'::jsonb) from events
      where name = 'costs.report_ready' and tenant_id = ${tenantId}`);
    await signals.publish("outbox");
    const [, second] = await ended("cost-report", tenantId, 2);
    expect(second).toMatchObject({ status: "succeeded", result: { channel: "already_sent" } });
    await eventually("n8n to end its runs", async () => {
      const { items } = await world.n8n.api.listExecutions({ limit: 10 });
      return items.length === 4 && items.every(({ status }) => status === "success") ? true : undefined;
    });
    expect(mail.mails).toHaveLength(before);
  });
});

describe("a budget alert", () => {
  const alert = async (name: string, monthlyUsd: string) => {
    const writer = { db: host.instance.database, scope: { kind: "tenant", tenantId } as const, actor: "user:ada" };
    await setBudget(writer, { name, monthlyUsd, thresholds: [{ percent: 80, of: "actual" }] });
    return await checkBudgets(taskContext());
  };

  it("comes by mail once the threshold is crossed", async () => {
    expect(await alert("Everything & more", "100")).toBe(1);
    expect(await ended("budget-alert", tenantId, 1)).toMatchObject([{ status: "succeeded" }]);
    expect(mail.mails.at(-1)).toMatchObject({
      to: ["operator@rainwire.local"],
      subject: "Budget “Everything & more”: 80 % of 2026-11 is spent",
    });
    expect(mail.mails.at(-1)?.text).toContain("  Budget of the month: 100.00 USD\n  Spent so far: 81.50 USD\n");
    expect(mail.mails.at(-1)?.html).toContain("<p>Budget “Everything &amp; more”: 80 % of 2026-11 is spent.</p>");
    expect(await checkBudgets(taskContext())).toBe(0);
  });

  it("fails with the mail server's words when mail is refused, after its attempts, and stays unsent", async () => {
    mail.refuse("Mailbox unavailable, says the catcher");
    const before = mail.mails.length;
    await host.instance.database.query(sql`delete from cost_budgets`);
    expect(await alert("Refused", "90")).toBe(1);
    const [, refused] = await ended("budget-alert", tenantId, 2);
    expect(refused).toMatchObject({ status: "failed", attempt: 3, errorCode: "workflow_error" });
    expect(refused?.errorMessage).toContain("Send Mail failed:");
    expect(refused?.errorMessage).toContain("Mailbox unavailable, says the catcher");
    expect(mail.mails).toHaveLength(before);
    const unsent = await host.instance.database.query(sql`select from cost_notices where sent_at is null`);
    expect(unsent).toHaveLength(1);
  });
});
