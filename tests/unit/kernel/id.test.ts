import { expect, it } from "vitest";
import { derivedId, uuidv7 } from "#shared/kernel/id.ts";

it("puts the example instant of RFC 9562 (appendix A.6) where the RFC does", () => {
  expect(uuidv7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it("sorts by time, as text, over the whole range", () => {
  const instants = [0, 1, 2 ** 32 - 1, 2 ** 32, 1_763_632_800_000, 1_763_632_800_001, 2 ** 48 - 1];
  const ids = instants.map((ms) => uuidv7(ms));
  expect([...ids].sort()).toEqual(ids);
});

it("does not repeat", () => {
  expect(new Set(Array.from({ length: 10_000 }, () => uuidv7(1))).size).toBe(10_000);
});

it("derives the same id from the same parts, and another from parts cut elsewhere", () => {
  const id = derivedId("ab", "c");
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(derivedId("ab", "c")).toBe(id);
  expect(derivedId("a", "bc")).not.toBe(id);
});

it("sorts ids of one millisecond by the order in which they were made", () => {
  const ids = Array.from({ length: 4_096 }, () => uuidv7(0x017f22e279b1));
  expect(ids).toEqual(ids.toSorted());
});
