import { usd } from "#shared/costs/budgets/budget-status.ts";
import { dayOf, spanBefore } from "#shared/costs/budgets/days.ts";
import type { Decomposition, Effects } from "#shared/costs/explain/decompose.ts";
import { cellNameOf, type DaySpan, explainChange } from "#shared/costs/explain/explain-change.ts";
import { listUnusualDays } from "#shared/costs/explain/list-unusual-days.ts";
import type { UnusualDay } from "#shared/costs/explain/unusual-days.ts";
import { IsoDate } from "#shared/costs/price-card.ts";
import { parseDecimal, roundToCents } from "#shared/kernel/money.ts";
import { type CommandIo, UsageError } from "./command.ts";
import { withDatabase } from "./open-database.ts";

export interface ExplainArguments {
  from?: string | undefined;
  to?: string | undefined;
  against?: string | undefined;
  tenant?: string | undefined;
  function?: string | undefined;
  workflow?: string | undefined;
  provider?: string | undefined;
  basis: string;
  limit: string;
  json: boolean;
}

export async function runExplain(given: ExplainArguments, io: CommandIo): Promise<number> {
  const today = dayOf(Date.now());
  const span = readSpan("--from and --to", given.from, given.to);
  const against =
    given.against === undefined ? spanBefore(span, today) : readSpan("--against", ...splitSpan(given.against));
  const { basis } = given;
  if (basis !== "effective" && basis !== "list") throw new UsageError(`--basis ${basis}: write effective or list`);
  const limit = Number(given.limit);
  if (!Number.isSafeInteger(limit) || limit < 0) throw new UsageError(`--limit ${given.limit}: write a whole number`);
  const filter = {
    tenantId: given.tenant,
    function: given.function,
    workflowId: given.workflow,
    provider: given.provider,
    basis: basis as "effective" | "list",
  };
  const { change, unusual } = await withDatabase(async (db) => {
    const reader = { db, scope: { kind: "platform" } } as const;
    return {
      change: await explainChange(reader, span, against, filter),
      unusual: await listUnusualDays(reader, span, filter, today),
    };
  });
  if (given.json) io.out(`${JSON.stringify(toJson(span, against, change, unusual, limit), null, 2)}\n`);
  else print(span, against, change, unusual, limit, io);
  return 0;
}

function splitSpan(text: string): [string | undefined, string | undefined] {
  const [from, to] = text.split("..");
  return [from, to];
}

function readSpan(option: string, from: string | undefined, to: string | undefined): DaySpan {
  if (from === undefined || to === undefined)
    throw new UsageError(`${option}: two days are needed, such as 2026-11-01`);
  for (const day of [from, to]) {
    if (!IsoDate.safeParse(day).success) throw new UsageError(`${option}: "${day}" is no day, write it as 2026-11-01`);
  }
  if (from >= to) throw new UsageError(`${option}: ${to} must be after ${from}`);
  return { from, to };
}

const effectsOf = ({ volumeFemto, mixFemto, priceFemto, unexplainedFemto }: Effects) => ({
  volume: usd(volumeFemto),
  mix: usd(mixFemto),
  price: usd(priceFemto),
  unexplained: usd(unexplainedFemto),
});

function toJson(span: DaySpan, against: DaySpan, change: Decomposition, unusual: readonly UnusualDay[], limit: number) {
  return {
    span,
    against,
    currency: "USD",
    before: usd(change.beforeFemto),
    after: usd(change.afterFemto),
    change: usd(change.changeFemto),
    ...effectsOf(change),
    parts: change.cells.slice(0, limit).map((cell) => ({
      ...cellNameOf(cell.key),
      pool: cell.pool,
      before: usd(cell.beforeFemto),
      after: usd(cell.afterFemto),
      change: usd(cell.changeFemto),
      quantityBefore: cell.quantityBeforeFemto === null ? null : usd(cell.quantityBeforeFemto),
      quantityAfter: cell.quantityAfterFemto === null ? null : usd(cell.quantityAfterFemto),
      ...effectsOf(cell),
    })),
    partCount: change.cells.length,
    unusualDays: unusual.map(({ day, costFemto, usualFemto, score }) => ({
      day,
      cost: usd(costFemto),
      usual: usd(usualFemto),
      score: Number(score.toFixed(1)),
    })),
  };
}

function print(
  span: DaySpan,
  against: DaySpan,
  change: Decomposition,
  unusual: readonly UnusualDay[],
  limit: number,
  io: CommandIo,
): void {
  const say = (line = "") => io.out(`${line}\n`);
  const cents = (femto: bigint) => roundToCents(parseDecimal(usd(femto))).padStart(12);
  const columns = (effects: Effects) =>
    [effects.volumeFemto, effects.mixFemto, effects.priceFemto, effects.unexplainedFemto].map(cents).join("");
  say(`${span.from} to ${span.to} against ${against.from} to ${against.to} (ends excluded), USD`);
  say(
    `${"".padEnd(56)}${["before", "after", "change", "volume", "mix", "price", "unexplained"].map((name) => name.padStart(12)).join("")}`,
  );
  const row = (name: string, part: Effects & { beforeFemto: bigint; afterFemto: bigint; changeFemto: bigint }) =>
    say(
      `${name.padEnd(56)}${cents(part.beforeFemto)}${cents(part.afterFemto)}${cents(part.changeFemto)}${columns(part)}`,
    );
  row("all", change);
  for (const cell of change.cells.slice(0, limit)) {
    const { function: name, tenantId, card, meter } = cellNameOf(cell.key);
    row(`  ${name ?? "not allocated"} · ${tenantId ?? "platform"} · ${card}/${meter}`, cell);
  }
  if (change.cells.length > limit) say(`  and ${change.cells.length - limit} more: --limit shows them`);
  for (const { day, costFemto, usualFemto, score } of unusual) {
    say(
      `unusual: ${day} cost ${cents(costFemto).trim()}, such days cost ${cents(usualFemto).trim()} (modified z ${score.toFixed(1)})`,
    );
  }
}
