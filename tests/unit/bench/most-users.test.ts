import { expect, it } from "vitest";
import { searchMost } from "../../../bench/edge/most-users.ts";

const SEARCH = { from: 500, most: 16_000, precision: 0.05 };

it.each([500, 731, 1_000, 4_711, 7_500, 12_345])("comes within 5 %% below a limit of %i", async (limit) => {
  const found = await searchMost(SEARCH, async (count) => count <= limit);
  expect(found).toBeLessThanOrEqual(limit);
  expect(found).toBeGreaterThan(limit * 0.95);
});

it("halves when the first count does not hold", async () => {
  const found = await searchMost(SEARCH, async (count) => count <= 40);
  expect(found).toBeLessThanOrEqual(40);
  expect(found).toBeGreaterThan(38);
});

it("ends at the most it may try, and at 0 when nothing holds", async () => {
  expect(await searchMost(SEARCH, async () => true)).toBe(16_000);
  expect(await searchMost({ ...SEARCH, most: 12_001 }, async () => true)).toBe(12_001);
  expect(await searchMost(SEARCH, async () => false)).toBe(0);
});

it("asks twice before it gives a count up", async () => {
  const asked: number[] = [];
  const found = await searchMost(SEARCH, async (count) => {
    asked.push(count);
    const isHiccup = count === 1_000 && asked.filter((one) => one === 1_000).length === 1;
    return count <= 2_000 && !isHiccup;
  });
  expect(found).toBe(2_000);
  expect(asked.slice(0, 6)).toEqual([500, 1_000, 1_000, 2_000, 4_000, 4_000]);
});

it("goes on from a count that holds after all", async () => {
  let asked = 0;
  const found = await searchMost(SEARCH, async (count) => {
    asked += 1;
    return asked <= 4 ? count <= 250 : count <= 3_000; // something else kept the machine busy at first
  });
  expect(found).toBeLessThanOrEqual(3_000);
  expect(found).toBeGreaterThan(3_000 * 0.95);
});
