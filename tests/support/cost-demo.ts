import type { Auth } from "#shared/accounts/auth.ts";
import { createAccount } from "#shared/accounts/create-account.ts";
import { addDays, boundsOf, dayOf, daysBetween, monthBefore, monthOf } from "#shared/costs/budgets/days.ts";
import { setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import { importFile } from "#shared/costs/import/import-file.ts";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import { rollUpUsage } from "#shared/costs/ledger/roll-up.ts";
import type { UsageRecord } from "#shared/costs/usage-record.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { insertUsage, usageRecordOf } from "./usage.ts";

/**
 * A small company's last weeks: three tenants, three workflows, usage records as a host writes them, rolled up and
 * priced by the ledger's own verbs. One tenant is five times as busy on one day.
 */
export interface CostDemo {
  readonly finance: Person;
  readonly tenants: readonly (Person & { tenantId: string; name: string })[];
  /** A run with tokens of a language model, and one of its invocations. */
  readonly runId: string;
  readonly invocationId: string;
  readonly months: readonly [before: string, now: string];
}

export interface Person {
  readonly email: string;
  readonly password: string;
}

const PASSWORD = "correct horse battery staple";
const WORKFLOWS = ["planning-agent", "execution-agent", "reflection-agent"] as const;
const DAYS = 45;
const SPIKE_DAYS_AGO = 6;
const RUN_STEPS = [
  { name: "api", trigger: "http" },
  { name: "dispatch-workflow", trigger: "message" },
  { name: "deliver-webhook", trigger: "message" },
  { name: "hooks", trigger: "http" },
  { name: "hooks", trigger: "http" },
] as const;

export async function seedCostDemo(ctx: { auth: Auth; database: Database }, nowMs: number): Promise<CostDemo> {
  const { database: db } = ctx;
  const today = dayOf(nowMs);
  const tenants: CostDemo["tenants"][number][] = [];
  for (const [index, name] of ["Acme", "Globex", "Initech"].entries()) {
    tenants.push(await person(ctx, { email: `${name.toLowerCase()}-${index}@example.com`, name, isFinance: false }));
  }
  const finance = await person(ctx, { email: "finance@example.com", name: "Finance", isFinance: true });
  await putAccounts(db);

  const dice = diceOf(7);
  const records: UsageRecord[] = [];
  const runs: { id: string; tenantId: string; workflow: string; atMs: number; first: string }[] = [];
  for (const day of daysBetween(addDays(today, -DAYS), addDays(today, 1))) {
    for (const [index, { tenantId }] of tenants.entries()) {
      const isSpike = index === 1 && day === addDays(today, -SPIKE_DAYS_AGO);
      const count = Math.round((4 - index) * (1 + dice()) * (isSpike ? 5 : 1));
      for (let i = 0; i < count; i++) {
        const atMs = Math.min(nowMs - 60_000, Date.parse(day) + Math.floor(dice() * 80_000_000));
        const run = { id: uuidv7(atMs), tenantId, workflow: WORKFLOWS[i % 3] ?? WORKFLOWS[0], atMs };
        const made = recordsOf(run, dice);
        records.push(...made);
        runs.push({ ...run, first: made[0]?.id ?? "" });
      }
    }
  }
  await writeRuns(db, runs);
  await writeTokens(db, runs, dice);
  await insertUsage(db, records);
  await rollUpUsage(db);
  const months = [...new Set([addDays(today, -DAYS), boundsOf(monthBefore(monthOf(today))).from, today].map(monthOf))];
  for (const month of months) await pricePeriod(db, month, { cause: "recompute", actor: "system:demo" });
  await setBudgets(db, tenants);
  await takeInvoice(db, monthBefore(monthOf(today)));
  const last = runs.findLast(({ tenantId }) => tenantId === tenants[0]?.tenantId);
  if (!last) throw new Error("the demo has no run");
  return {
    finance,
    tenants,
    runId: last.id,
    invocationId: last.first,
    months: [monthBefore(monthOf(today)), monthOf(today)],
  };
}

async function person(
  ctx: { auth: Auth; database: Database },
  { email, name, isFinance }: { email: string; name: string; isFinance: boolean },
) {
  const account = { email, password: PASSWORD, name: `${name} Owner`, tenantName: name, isFinance };
  const made = await createAccount(ctx, account);
  if (made.kind !== "created") throw new Error(`${email} is there already: seed an empty database`);
  return { email, password: PASSWORD, tenantId: made.tenantId, name };
}

async function putAccounts(db: Database): Promise<void> {
  const accounts = [
    {
      id: "cloudflare-main",
      name: "Cloudflare, main account",
      cards: ["cloudflare/workers-paid", "cloudflare/queues-paid", "cloudflare/workers-logs"],
      fixed: [{ card: "cloudflare/workers-paid", meter: "subscription", quantity: "1" }],
    },
    {
      id: "n8n-cloud",
      name: "n8n Cloud, Pro",
      cards: ["n8n/cloud"],
      fixed: [{ card: "n8n/cloud", meter: "pro-annual", quantity: "1" }],
    },
    { id: "models", name: "Language models", cards: ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-6"] },
  ];
  for (const account of accounts) await putAccount(db, account, "user:finance");
}

function recordsOf(
  { id, tenantId, atMs }: { id: string; tenantId: string; atMs: number },
  dice: () => number,
): UsageRecord[] {
  return RUN_STEPS.map(({ name, trigger }, step): UsageRecord => {
    const startedAtMs = atMs + step * 400 + Math.floor(dice() * 50);
    const isMeasured = dice() > 0.1;
    return usageRecordOf({
      function: name,
      trigger,
      tenantId,
      executionId: id,
      startedAtMs,
      wallMs: 8 + Math.floor(dice() * 90),
      cpuMs: isMeasured ? 1 + Math.floor(dice() * 40) / 4 : null,
      cpuEvidence: isMeasured ? "measured" : "not_measured",
      outgoingCalls: name === "deliver-webhook" ? 1 : 0,
      queueOperations: 3,
    });
  });
}

type Run = { id: string; tenantId: string; workflow: string; atMs: number };

async function writeRuns(db: Database, runs: readonly Run[]): Promise<void> {
  await db.query(sql`
    insert into workflow_executions (id, tenant_id, workflow_id, instance_id, trigger_type, trigger, event_id, payload, status, created_at)
    select id::uuid, tenant, workflow, 'main', 'action', 'goal.create', id::uuid, '{}', 'succeeded', to_timestamp(at_ms / 1000)
    from unnest(${runs.map(({ id }) => id)}::text[], ${runs.map(({ tenantId }) => tenantId)}::text[],
      ${runs.map(({ workflow }) => workflow)}::text[], ${runs.map(({ atMs }) => atMs)}::float8[]) as r (id, tenant, workflow, at_ms)`);
}

/** What the runs said that their models used. */
async function writeTokens(db: Database, runs: readonly Run[], dice: () => number): Promise<void> {
  const rows = runs.map((run) => ({
    ...run,
    input: 20_000 + Math.floor(dice() * 90_000),
    output: 900 + Math.floor(dice() * 4_000),
  }));
  await db.query(sql`
    insert into llm_usage (execution_id, position, tenant_id, workflow_id, attempt, provider, model, input_tokens, output_tokens, calls, reported_at)
    select id::uuid, 0, tenant, workflow, 1,
      case when workflow = 'planning-agent' then 'anthropic' else 'openai' end,
      case when workflow = 'planning-agent' then 'claude-sonnet-4-6' else 'gpt-4o-mini' end,
      input, output, 3, to_timestamp(at_ms / 1000)
    from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(({ tenantId }) => tenantId)}::text[],
      ${rows.map(({ workflow }) => workflow)}::text[], ${rows.map(({ atMs }) => atMs)}::float8[],
      ${rows.map(({ input }) => input)}::bigint[], ${rows.map(({ output }) => output)}::bigint[])
      as r (id, tenant, workflow, at_ms, input, output)`);
}

/** Cloudflare's invoice of a month: the plan as expected, more queue operations than were metered, and a line of ours for none. */
async function takeInvoice(db: Database, period: string): Promise<void> {
  const { from, to } = boundsOf(period);
  const span = [from, to, from, to].map((day) => `${day}T00:00:00Z`).join(",");
  const row = (cost: string, category: string, quantity: string, unit: string, service: string) =>
    `${cost},cloudflare-main,USD,${span},${category},${quantity},${unit},${service},${service},Cloudflare,Cloudflare,IN-4711`;
  const text = [
    "BilledCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ConsumedQuantity,ConsumedUnit,ServiceName,ChargeDescription,InvoiceIssuerName,ServiceProviderName,InvoiceId",
    row("5.00", "Purchase", "1", "Months", "Workers Paid subscription"),
    row("0.00", "Usage", "9000", "Operations", "Queues"),
    row("2.00", "Usage", "10", "Images", "Images"),
  ].join("\n");
  const bytes = new TextEncoder().encode(text);
  const taken = await importFile(db, { bytes, kind: "focus", fileName: "cloudflare.csv", actor: "user:finance" });
  if ("failure" in taken) throw new Error(taken.detail ?? taken.failure);
}

async function setBudgets(db: Database, tenants: readonly { tenantId: string; name: string }[]): Promise<void> {
  const writer = { db, scope: { kind: "platform" }, actor: "user:finance" } as const;
  await setBudget(writer, { name: "Everything", monthlyUsd: "150" });
  for (const [index, { tenantId, name }] of tenants.entries()) {
    await setBudget(writer, { name, tenantId, monthlyUsd: ["45", "30", "60"][index] ?? "50" });
  }
  await setBudget(writer, { name: "Webhooks to n8n", function: "deliver-webhook", monthlyUsd: "80" });
}

/** The same numbers between 0 and 1 at every run (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
