import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TAGGED_TABLES } from "#shared/database/tags.ts";

/** Statements that write one of the tables, with what stands before each, by file. */
const writes = globSync(["shared/**/*.ts", "functions/**/*.ts", "events/**/*.ts", "hosts/**/*.ts"]).flatMap((path) => {
  const text = readFileSync(path, "utf8");
  const write = new RegExp(`(insert into|update|delete from) (${Object.keys(TAGGED_TABLES).join("|")})\\b`, "g");
  return [...text.matchAll(write)].map(({ 0: statement, index }) => ({
    where: `${path}: ${statement}`,
    before: text.slice(0, index),
  }));
});

it("finds the writes", () => {
  expect(writes.length).toBeGreaterThanOrEqual(10);
});

it.each(writes)("$where says what it touches", ({ before }) => {
  expect(before).toMatch(/touching\(\s*sql(<\w+>)?`[^`]*$/);
});
