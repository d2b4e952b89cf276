import { suggest } from "#shared/kernel/suggest.ts";
import { type Attribute, type Block, type Body, describeBlock, type Value } from "./ast.ts";
import type { Position, Report } from "./diagnostics.ts";
import { type BlockSchema, MANIFEST, NOT_IN_THE_LANGUAGE, type ValueType } from "./schema.ts";

/** Holds the tree against the table of the language: blocks, labels, attributes, value types, what is missing. */
export function checkShape(document: Body, report: Report): void {
  checkBody(document, MANIFEST, "a manifest", report);
}

function checkBody(body: Body, schema: BlockSchema, place: string, report: Report): void {
  checkAttributes(body.attributes, schema, place, report);
  const seen = new Map<string, Block>();
  for (const block of body.blocks) {
    const inner = lookUp(schema.blocks, block.keyword);
    if (inner === undefined) {
      report.error(block.at, explainUnknown("block", block.keyword, schema, place));
      continue;
    }
    const first = seen.get(block.keyword);
    if (first === undefined) seen.set(block.keyword, block);
    else if (!inner.isRepeatable) {
      report.error(block.at, `${place} takes one ${block.keyword}; the first is on line ${first.at.line}`);
    }
    checkLabels(block, inner, report);
    checkBody(block, inner, describeBlock(block), report);
    checkRequired(block, inner, report);
  }
}

function checkAttributes(attributes: readonly Attribute[], schema: BlockSchema, place: string, report: Report): void {
  const seen = new Map<string, Attribute>();
  for (const attribute of attributes) {
    const type = lookUp(schema.attributes, attribute.name);
    if (type === undefined) {
      report.error(attribute.at, explainUnknown("attribute", attribute.name, schema, place));
      continue;
    }
    const first = seen.get(attribute.name);
    if (first === undefined) seen.set(attribute.name, attribute);
    else report.error(attribute.at, `${attribute.name} is set twice; the first is on line ${first.at.line}`);
    checkValue(attribute.name, attribute.value, type, report);
  }
}

function checkLabels(block: Block, { labels }: BlockSchema, report: Report): void {
  const surplus = block.labels[labels.length];
  if (surplus !== undefined) {
    const wanted = labels.length === 0 ? "takes no name" : `takes one ${labels.join(" and one ")}`;
    report.error(surplus.at, `${block.keyword} ${wanted}; remove "${surplus.value}"`);
  } else if (block.labels.length < labels.length) {
    report.error(block.at, `${block.keyword} needs a name: write ${block.keyword} "…" { … }`);
  }
}

function checkRequired(block: Block, { required }: BlockSchema, report: Report): void {
  const present = new Set([...block.attributes.map(({ name }) => name), ...block.blocks.map(({ keyword }) => keyword)]);
  for (const [name, example] of Object.entries(required)) {
    if (!present.has(name)) report.error(block.at, `${describeBlock(block)} needs ${name}: write ${example}`);
  }
}

function checkValue(name: string, value: Value, type: ValueType, report: Report): void {
  if (value.kind === "broken") return;
  const refuse = (at: Position, wanted: string) => report.error(at, `${name} takes ${wanted}, not ${show(value)}`);
  if (type === "string" || type === "boolean") {
    if (value.kind !== type) refuse(value.at, type === "string" ? "a string in double quotes" : "true or false");
  } else if (type === "whole number") {
    const isWhole = value.kind === "number" && Number.isSafeInteger(value.value) && value.value > 0;
    if (!isWhole) refuse(value.at, "a whole number above 0");
  } else if ("oneOf" in type) {
    const isKnown = value.kind === "string" && type.oneOf.includes(value.value);
    if (!isKnown) refuse(value.at, listChoices(type.oneOf));
  } else if (value.kind !== "list") {
    refuse(value.at, `a list of ${listChoices(type.listOf)}`);
  } else {
    for (const item of value.items) checkValue(name, item, { oneOf: type.listOf }, report);
  }
}

function explainUnknown(what: "block" | "attribute", word: string, schema: BlockSchema, place: string): string {
  const instead = lookUp(NOT_IN_THE_LANGUAGE, word);
  if (instead !== undefined)
    return `${word} is not part of the manifest language: ${instead}. ${listAccepted(schema, place)}`;
  const attributes = Object.keys(schema.attributes);
  const blocks = Object.keys(schema.blocks);
  if (what === "block" && attributes.includes(word)) return `${word} is an attribute here: write ${word} = …`;
  const block = what === "attribute" ? lookUp(schema.blocks, word) : undefined;
  if (block !== undefined)
    return `${word} is a block here: write ${[word, ...block.labels.map(() => '"…"')].join(" ")} { … }`;
  if (place === "a manifest" && lookUp(MANIFEST.blocks.application?.blocks ?? {}, word) !== undefined) {
    return `${word} stands outside the application; move it inside application "…" { … }`;
  }
  const meant = suggest(word, what === "block" ? blocks : attributes);
  const question = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  return `unknown ${what} ${word} in ${place}${question}. ${listAccepted(schema, place)}`;
}

function listAccepted({ attributes, blocks }: BlockSchema, place: string): string {
  const parts = [
    ["attributes", Object.keys(attributes)],
    ["blocks", Object.keys(blocks)],
  ] as const;
  const accepted = parts.filter(([, names]) => names.length > 0).map(([what, names]) => `${what} ${names.join(", ")}`);
  return accepted.length === 0 ? `Nothing is accepted inside ${place}` : `Accepted here: ${accepted.join("; ")}`;
}

function listChoices(choices: readonly string[]): string {
  return choices.map((choice) => `"${choice}"`).join(" or ");
}

function show(value: Exclude<Value, { kind: "broken" }>): string {
  if (value.kind === "list") return "a list";
  return value.kind === "string" ? `"${value.value}"` : String(value.value);
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
