import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";
import { EVIDENCE_CLASSES } from "./evidence.ts";
import { SPREADS } from "./spread.ts";

const sum = (name: string) => bigint(name, { mode: "bigint" }).notNull().default(sql`0`);

/** One column for each of USAGE_SUMS, see shared/costs/usage-sums.ts. */
const sums = () => ({
  invocations: sum("invocations"),
  failures: sum("failures"),
  requests: sum("requests"),
  calls: sum("calls"),
  messages: sum("messages"),
  ticks: sum("ticks"),
  wallUs: sum("wall_us"),
  cpuMeasuredUs: sum("cpu_measured_us"),
  cpuEstimatedUs: sum("cpu_estimated_us"),
  cpuUnmeasured: sum("cpu_unmeasured"),
  sqlStatements: sum("sql_statements"),
  sqlUs: sum("sql_us"),
  queueMessages: sum("queue_messages"),
  queueBytes: sum("queue_bytes"),
  queueOperations: sum("queue_operations"),
  publishedMessages: sum("published_messages"),
  redisCommands: sum("redis_commands"),
  kvReads: sum("kv_reads"),
  kvWrites: sum("kv_writes"),
  kvDeletes: sum("kv_deletes"),
  kvLists: sum("kv_lists"),
  outgoingCalls: sum("outgoing_calls"),
  logEvents: sum("log_events"),
  logBytes: sum("log_bytes"),
  uncounted: sum("uncounted"),
});

/** Usage records rolled up: what a function did in a day (UTC) for a tenant and a workflow. */
export const usageCells = pgTable(
  "usage_cells",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(), // of this database only; never in a hash
    day: date("day").notNull(),
    host: text("host").notNull(), // node, workers, raindrop
    function: text("function").notNull(),
    tenantId: text("tenant_id"), // null: the platform's own
    workflowId: text("workflow_id"), // null: no run
    epoch: integer("epoch").notNull().default(0), // of the period when it was rolled up: above 0, it came after the close
    ...sums(),
  },
  (t) => [
    unique("usage_cells_unique").on(t.day, t.host, t.function, t.tenantId, t.workflowId, t.epoch).nullsNotDistinct(),
  ],
);

/** Of a cell, what each run of a workflow used, and without a run each hour: the step between a cell and its invocations. */
export const usageSlices = pgTable(
  "usage_slices",
  {
    cellId: bigint("cell_id", { mode: "number" }).notNull(),
    day: date("day").notNull(),
    executionId: uuid("execution_id"), // null: no run
    hour: smallint("hour").notNull(), // 0–23 without a run, -1 with one
    firstId: uuid("first_id").notNull(), // its records lie between these two
    lastId: uuid("last_id").notNull(),
    ...sums(),
  },
  (t) => [
    unique("usage_slices_unique").on(t.cellId, t.executionId, t.hour).nullsNotDistinct(),
    index("usage_slices_execution_index").on(t.executionId).where(sql`execution_id is not null`),
    index("usage_slices_day_index").on(t.day),
  ],
);

/** What a run says that its language models used; the first terminal result of the current attempt writes it. */
export const llmUsage = pgTable(
  "llm_usage",
  {
    executionId: uuid("execution_id").notNull(),
    position: integer("position").notNull(), // in the report
    tenantId: text("tenant_id").notNull(),
    workflowId: text("workflow_id"),
    attempt: integer("attempt").notNull(),
    provider: text("provider").notNull(), // e.g. openai
    model: text("model").notNull(),
    inputTokens: bigint("input_tokens", { mode: "number" }).notNull(),
    cachedInputTokens: bigint("cached_input_tokens", { mode: "number" }).notNull().default(0), // of inputTokens
    outputTokens: bigint("output_tokens", { mode: "number" }).notNull(),
    calls: integer("calls").notNull().default(1),
    reportedAt: instant("reported_at").notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ columns: [t.executionId, t.position] }), index("llm_usage_reported_index").on(t.reportedAt)],
);

/** One contract whose invoices we tie to. */
export const costAccounts = pgTable("cost_accounts", {
  id: text("id").primaryKey(), // e.g. cloudflare-main
  name: text("name").notNull(),
  cards: text("cards").array().notNull(), // of the price book; successors side by side, each holds on its own days
  hosts: text("hosts").array().notNull().default(sql`'{}'`), // whose usage it pays for; empty: every host's
  fixed: jsonb("fixed").notNull().default(sql`'[]'`), // [{card, meter, quantity}] a month, e.g. subscription 1
  switches: jsonb("switches").notNull().default(sql`'{}'`), // {card: {switch: option}}
  spread: text("spread", { enum: SPREADS }).notNull().default("pro_rata"),
  validFrom: date("valid_from"), // null: as old as need be
  validTo: date("valid_to"), // exclusive
  isDefault: boolean("is_default").notNull().default(false), // seeded by Rainwire, not yet looked at by an operator
  updatedAt: instant("updated_at").notNull().default(sql`now()`),
  updatedBy: text("updated_by"),
});

/** A quantity that Rainwire cannot count itself: told by the provider, or by an operator. It goes before what was counted. */
export const costReadings = pgTable(
  "cost_readings",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    accountId: text("account_id").notNull(),
    card: text("card").notNull(),
    meter: text("meter").notNull(),
    fromDay: date("from_day").notNull(),
    toDay: date("to_day").notNull(), // exclusive
    quantity: numeric("quantity").notNull(), // in the meter's unit
    evidence: text("evidence", { enum: ["metered", "estimated"] }).notNull(),
    source: text("source").notNull(),
    recordedAt: instant("recorded_at").notNull().default(sql`now()`),
    recordedBy: text("recorded_by"),
  },
  (t) => [unique("cost_readings_unique").on(t.accountId, t.card, t.meter, t.fromDay, t.toDay)],
);

/** A month, and who closed it. */
export const costPeriods = pgTable("cost_periods", {
  period: text("period").primaryKey(), // 2026-10
  state: text("state", { enum: ["open", "closed"] })
    .notNull()
    .default("open"),
  epoch: integer("epoch").notNull().default(0), // raised by the close and by each correction
  runId: uuid("run_id"), // the pricing run that its rows are of
  outputHash: text("output_hash"), // SHA-256 (hex) of its charges and lines, corrections left out
  closedAt: instant("closed_at"),
  closedBy: text("closed_by"),
});

/** One pricing of a period: from what, by whom, with what result. */
export const pricingRuns = pgTable(
  "pricing_runs",
  {
    id: uuid("id").primaryKey(),
    period: text("period").notNull(),
    cause: text("cause", { enum: ["task", "recompute", "close"] }).notNull(),
    actor: text("actor"),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at").notNull().default(sql`now()`),
    inputHash: text("input_hash").notNull(), // SHA-256 (hex) of `inputs`
    inputs: jsonb("inputs").notNull(), // card hashes, accounts, readings, hash of the usage
    outputHash: text("output_hash").notNull(),
    chargeCount: integer("charge_count").notNull(),
    lineCount: integer("line_count").notNull(),
    changedCount: integer("changed_count").notNull(), // rows that were written; 0 when the same inputs were priced again
  },
  (t) => [index("pricing_runs_period_index").on(t.period, t.startedAt)],
);

/** A line of an invoice as the price book makes it: one meter of one card of one account, between two days of a period. */
export const costCharges = pgTable(
  "cost_charges",
  {
    id: uuid("id").primaryKey(), // made of what it is about, so a recomputation gives the same
    period: text("period").notNull(),
    fromDay: date("from_day").notNull(),
    toDay: date("to_day").notNull(), // exclusive
    accountId: text("account_id").notNull(),
    provider: text("provider").notNull(), // the card's, e.g. Cloudflare
    service: text("service").notNull(),
    card: text("card").notNull(),
    cardHash: text("card_hash").notNull(),
    priceDate: date("price_date"), // from when the card holds; null: no earlier start is known
    meter: text("meter").notNull(),
    tier: integer("tier").notNull().default(0), // 0: not graduated
    kind: text("kind").notNull(), // the meter's: usage, flat, plan, covered
    unit: text("unit").notNull(),
    evidence: text("evidence", { enum: EVIDENCE_CLASSES }).notNull(),
    priceLevel: text("price_level").notNull(), // O, C, S, R: how the price is known
    priceSource: text("price_source").notNull(),
    spread: text("spread", { enum: SPREADS }).notNull(),
    used: numeric("used"), // null: not measured
    included: numeric("included"),
    billable: numeric("billable"),
    unitPrice: numeric("unit_price"), // in `currency`
    currency: text("currency").notNull(), // the card's
    amountExact: numeric("amount_exact"),
    amount: numeric("amount"), // in `currency`, rounded as the invoice is
    exchangeRate: numeric("exchange_rate").notNull(), // USD for one of `currency`
    exchangeDate: date("exchange_date"), // null for USD
    billedCost: numeric("billed_cost"), // USD: amount × exchangeRate, to 1e-15; what its rows' effective cost sums to
    listCost: numeric("list_cost"), // USD: what its rows' list cost sums to; 0 for a flat fee, which has no marginal cost
    unmeasured: bigint("unmeasured", { mode: "number" }).notNull().default(0), // invocations without a figure
    problem: text("problem"), // why it could not be priced
    correctionOf: uuid("correction_of"), // the charge that this corrects, in a closed period
    correctionReason: text("correction_reason"),
    linesHash: text("lines_hash").notNull(),
    runId: uuid("run_id").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    createdBy: text("created_by"), // of a correction
  },
  (t) => [index("cost_charges_period_index").on(t.period, t.accountId, t.card, t.meter)],
);

/** A cell's share of a charge, in USD to 1e-15. Rows of a charge sum to it exactly. */
export const costLines = pgTable(
  "cost_lines",
  {
    chargeId: uuid("charge_id").notNull(),
    position: integer("position").notNull(), // by day, host, function, tenant, workflow, evidence
    cellId: bigint("cell_id", { mode: "number" }), // null: tokens of a model, or not allocated
    period: text("period").notNull(),
    day: date("day").notNull(),
    accountId: text("account_id").notNull(),
    provider: text("provider").notNull(),
    card: text("card").notNull(),
    meter: text("meter").notNull(),
    function: text("function"), // null: not allocated; "llm": tokens of a run's models
    tenantId: text("tenant_id"), // null: the platform's own, or not allocated
    workflowId: text("workflow_id"),
    evidence: text("evidence", { enum: EVIDENCE_CLASSES }).notNull(),
    isAllocated: boolean("is_allocated").notNull().default(true), // false: stays without function and tenant
    quantity: numeric("quantity"), // in the meter's unit; null: not measured, or a share of a fee
    unmeasured: bigint("unmeasured", { mode: "number" }).notNull().default(0),
    listCost: numeric("list_cost"), // null: not measured
    effectiveCost: numeric("effective_cost"),
  },
  (t) => [
    primaryKey({ columns: [t.chargeId, t.position] }),
    index("cost_lines_tenant_index").on(t.tenantId, t.day),
    index("cost_lines_function_index").on(t.function, t.day),
    index("cost_lines_workflow_index").on(t.workflowId, t.day),
    index("cost_lines_cell_index").on(t.cellId),
  ],
);

export const ROLLUP_DIMENSIONS = ["meter", "function", "tenant", "workflow"] as const;

/** Cost lines summed along one dimension a day: what pages without a narrower filter read. */
export const costRollups = pgTable(
  "cost_rollups",
  {
    period: text("period").notNull(),
    day: date("day").notNull(),
    dimension: text("dimension", { enum: ROLLUP_DIMENSIONS }).notNull(),
    key: text("key"), // null: the platform's own, no workflow, or not allocated
    accountId: text("account_id").notNull(),
    provider: text("provider").notNull(),
    card: text("card"), // of dimension meter
    evidence: text("evidence", { enum: EVIDENCE_CLASSES }).notNull(),
    isAllocated: boolean("is_allocated").notNull(),
    quantity: numeric("quantity"), // of dimension meter; null: not measured
    unmeasured: bigint("unmeasured", { mode: "number" }).notNull().default(0),
    listCost: numeric("list_cost"),
    effectiveCost: numeric("effective_cost"),
  },
  (t) => [
    unique("cost_rollups_unique")
      .on(t.dimension, t.day, t.key, t.accountId, t.provider, t.card, t.evidence, t.isAllocated, t.period)
      .nullsNotDistinct(),
    index("cost_rollups_period_index").on(t.period),
  ],
);

/** What the runs of a period cost at list price: the order in which they are listed. */
export const runCosts = pgTable(
  "run_costs",
  {
    period: text("period").notNull(),
    executionId: uuid("execution_id").notNull(),
    day: date("day").notNull(), // its first
    tenantId: text("tenant_id"),
    workflowId: text("workflow_id"),
    invocations: bigint("invocations", { mode: "number" }).notNull(),
    listCost: numeric("list_cost").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.period, t.executionId] }),
    index("run_costs_list_index").on(t.period, t.listCost, t.executionId),
    index("run_costs_tenant_index").on(t.tenantId, t.period, t.listCost, t.executionId),
    index("run_costs_workflow_index").on(t.workflowId, t.period, t.listCost, t.executionId),
  ],
);
