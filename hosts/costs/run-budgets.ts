import { userInfo } from "node:os";
import type { BudgetInput } from "#shared/costs/budgets/budget.ts";
import { listBudgetStatuses, type ReportedBudget } from "#shared/costs/budgets/budget-status.ts";
import { dayOf, monthOf } from "#shared/costs/budgets/days.ts";
import { deleteBudget, setBudget } from "#shared/costs/budgets/keep-budgets.ts";
import type { Threshold } from "#shared/costs/budgets/threshold.ts";
import { type Failure, isFailure } from "#shared/kernel/errors.ts";
import { parseDecimal, roundToCents } from "#shared/kernel/money.ts";
import { type CommandIo, UsageError } from "./command.ts";
import { withDatabase } from "./open-database.ts";

export interface BudgetArguments {
  name?: string | undefined;
  usd?: string | undefined;
  tenant?: string | undefined;
  function?: string | undefined;
  basis?: string | undefined;
  threshold: string[];
  period?: string | undefined;
  json: boolean;
}

const SCOPE = { kind: "platform" } as const;

export async function runBudgets(words: readonly string[], given: BudgetArguments, io: CommandIo): Promise<number> {
  const [verb = "list", id, ...more] = words;
  if (verb === "list" && id === undefined) return await list(given, io);
  if (verb === "set" && id === undefined) return await set(given, io);
  if (verb !== "delete" || id === undefined || more.length > 0) throw new UsageError(`budgets ${words.join(" ")}?`);
  const refused = await withDatabase((db) => deleteBudget({ db, scope: SCOPE }, id));
  if (refused) return refuse(refused, io);
  io.out(`deleted ${id}\n`);
  return 0;
}

async function list({ period, json }: BudgetArguments, io: CommandIo): Promise<number> {
  const today = dayOf(Date.now());
  const month = period ?? monthOf(today);
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new UsageError(`--period ${month}: write it as 2026-11`);
  const budgets = await withDatabase((db) => listBudgetStatuses({ db, scope: SCOPE }, month, today));
  if (json) io.out(`${JSON.stringify(budgets, null, 2)}\n`);
  else for (const budget of budgets) io.out(`${describe(budget)}\n`);
  return 0;
}

function describe({ budget, spent, spentPercent, forecast, crossings }: ReportedBudget): string {
  const of = [budget.tenantId ?? "all tenants", budget.function ?? "all functions"].join(", ");
  const cents = (amount: string) => roundToCents(parseDecimal(amount));
  const expected = forecast
    ? `, forecast ${cents(forecast.expected)} (${cents(forecast.low)} to ${cents(forecast.high)})`
    : "";
  const told = crossings.map(({ percent, of: what }) => `${percent} % ${what}`).join(", ");
  return `${budget.id}  ${budget.name} (${of}; set by ${budget.owner}): ${cents(spent)} of ${cents(budget.monthlyUsd)} USD, ${spentPercent} %${expected}${told === "" ? "" : `; told: ${told}`}`;
}

async function set(given: BudgetArguments, io: CommandIo): Promise<number> {
  if (given.name === undefined || given.usd === undefined) throw new UsageError("set needs --name and --usd");
  const { basis = "effective" } = given;
  if (basis !== "effective" && basis !== "list") throw new UsageError(`--basis ${basis}: write effective or list`);
  const input: BudgetInput = {
    name: given.name,
    monthlyUsd: given.usd,
    tenantId: given.tenant ?? null,
    function: given.function ?? null,
    basis,
    ...(given.threshold.length > 0 ? { thresholds: given.threshold.map(readThreshold) } : {}),
  };
  const actor = `user:${userInfo().username}`;
  const budget = await withDatabase((db) => setBudget({ db, scope: SCOPE, actor }, input));
  if (isFailure(budget)) return refuse(budget, io);
  io.out(`${budget.id}  ${budget.name}: ${budget.monthlyUsd} USD a month\n`);
  return 0;
}

function readThreshold(text: string): Threshold {
  const [, percent, of = "actual"] = /^(\d{1,4})(?::(actual|forecast))?$/.exec(text) ?? [];
  if (percent === undefined)
    throw new UsageError(`--threshold ${text}: write a percentage, such as 80 or 100:forecast`);
  return { percent: Number(percent), of: of === "forecast" ? "forecast" : "actual" };
}

function refuse({ failure, detail, fields = [] }: Failure, io: CommandIo): number {
  io.err(`${[detail ?? failure, ...fields.map((field) => `${field.pointer}: ${field.detail}`)].join("\n")}\n`);
  return 1;
}
