import { readFileSync } from "node:fs";
import { hashBook, hashCard } from "#shared/costs/price-book.ts";
import type { Meter, PriceCard } from "#shared/costs/price-card.ts";
import { fileOf, type PriceBook, readPriceBook } from "#shared/costs/read-price-book.ts";
import { nearest } from "#shared/kernel/suggest.ts";
import { type CommandIo, UsageError } from "./command.ts";
import { INDEX_FILE, readPriceBookFiles, renderIndex } from "./price-book-files.ts";

/** Checks the files and the index, then prints all cards or those of one id. Throws when a file is wrong. */
export function listBooks({ id, isJson }: { id: string | undefined; isJson: boolean }, io: CommandIo): number {
  const files = readPriceBookFiles();
  const book = readPriceBook(files);
  if (readFileSync(INDEX_FILE, "utf8") !== renderIndex(files)) {
    io.err("price-books.gen.ts is not what the files say: run npm run costs -- books --write-index and commit.\n");
    return 1;
  }
  const shown = id === undefined ? book : ofId(id, book);
  if (isJson) printJson(shown, io);
  else if (id === undefined) printList(book, io);
  else for (const card of shown) printCard(card, io);
  return 0;
}

function ofId(id: string, book: PriceBook): PriceBook {
  const found = book.filter((card) => card.id === id);
  const ids = [...new Set(book.map((card) => card.id))];
  if (found.length === 0) throw new UsageError(`there is no card "${id}"; nearest: ${nearest(id, ids).join(", ")}`);
  return found;
}

function printJson(cards: PriceBook, io: CommandIo): void {
  const hashed = cards.map((card) => ({ file: fileOf(card), hash: hashCard(card), ...card }));
  io.out(`${JSON.stringify(hashed, null, 2)}\n`);
}

function printList(book: PriceBook, io: CommandIo): void {
  const rows = book.map((card) => [card.id, spanOf(card), card.currency, levelsOf(card), hashCard(card).slice(0, 12)]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) io.out(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`);
  io.out(`\n${book.length} cards, in order; book ${hashBook(book)}\n`);
}

function printCard(card: PriceCard, io: CommandIo): void {
  io.out(`${card.id}  ${card.provider} ${card.service}, ${card.currency}, ${spanOf(card)}\n`);
  io.out(`  source   ${card.evidence.level}  ${card.evidence.source}\n  hash     ${hashCard(card)}\n`);
  for (const meter of card.meters) io.out(`  meter    ${describe(meter)}\n`);
  for (const { name, status, question, options, default: byDefault } of card.switches ?? []) {
    io.out(`  switch   ${name} (${status}): ${question}\n`);
    for (const [option, meaning] of Object.entries(options)) {
      io.out(`             ${option}: ${meaning}${option === byDefault ? " (default)" : ""}\n`);
    }
  }
  for (const rule of card.rules ?? []) io.out(`  rule     ${rule}\n`);
  for (const { plan, what, quantity, per } of card.limits ?? []) {
    io.out(`  limit    ${plan === undefined ? "" : `${plan}: `}${quantity} ${what} per ${per}\n`);
  }
}

function describe(meter: Meter): string {
  const steps = meter.tiers?.map(({ upTo, unitPrice }) => `${unitPrice} ${upTo === null ? "beyond" : `up to ${upTo}`}`);
  const includes = Object.entries(meter.includes ?? {}).map(([name, quantity]) => `includes ${quantity} ${name}`);
  return [
    `${meter.name}: ${meter.kind}, per ${meter.unit}`,
    meter.unitPrice ?? steps?.join("; ") ?? "no price of its own",
    meter.included === undefined ? "" : `${meter.included} included`,
    meter.roundUpTo === undefined ? "" : `billed in whole ${meter.roundUpTo}`,
    meter.periodRule ?? "",
    meter.gigabyte === undefined ? "" : `${meter.gigabyte} GB`,
    ...includes,
    meter.billedWhen === undefined ? "" : `billed when ${meter.billedWhen.switch} is ${meter.billedWhen.option}`,
    meter.evidence === undefined ? "" : `source ${meter.evidence.level} ${meter.evidence.source}`,
    meter.description ?? "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

const spanOf = ({ effectiveFrom, effectiveTo }: PriceCard): string =>
  `${effectiveFrom ?? "…"} to ${effectiveTo ?? "…"}`;

/** The card's level, then those of meters and tiers that differ. */
const levelsOf = (card: PriceCard): string =>
  [
    ...new Set([
      card.evidence.level,
      ...card.meters.flatMap(({ evidence, tiers }) => [
        ...(evidence === undefined ? [] : [evidence.level]),
        ...(tiers?.flatMap((tier) => tier.evidence?.level ?? []) ?? []),
      ]),
    ]),
  ].join("+");
