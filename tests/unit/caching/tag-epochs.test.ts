import { describe, expect, it } from "vitest";
import { isFresh, Reads } from "#shared/caching/reads.ts";
import { createTagEpochs } from "#shared/caching/tag-epochs.ts";
import { sql } from "#shared/database/sql.ts";
import { reading, touching } from "#shared/database/tags.ts";

const goal = reading(sql`select`, ["goals:acme:1"]);
const list = reading(sql<{ id: string }>`select`, ["goals:acme"], ({ id }) => `goals:acme:${id}`);

describe("what was read", () => {
  it("holds until a tag of it moves", () => {
    const epochs = createTagEpochs();
    const reads = new Reads(epochs);
    reads.expect(goal);
    epochs.move(["goals:acme:2", "goals:acme", "goals:other:1"]);
    expect(reads.isFresh).toBe(true);
    epochs.move(["goals:acme:1"]);
    expect(reads.isFresh).toBe(false);
  });

  it("does not hold when a tag moved during the reading, though only its rows name the tag", () => {
    const epochs = createTagEpochs();
    const reads = new Reads(epochs);
    reads.expect(list);
    epochs.move(["goals:acme:7"]);
    reads.take(list, [{ id: "7" }]);
    expect(reads.isFresh).toBe(false);
  });

  it("may be joined until something moves that its rows could name", () => {
    const epochs = createTagEpochs();
    const reads = new Reads(epochs);
    reads.expect(list);
    epochs.move(["milestones:acme:7", "goals:other:7"]);
    expect(reads.isOpen).toBe(true);
    epochs.move(["goals:acme:7"]);
    expect(reads.isOpen).toBe(false);
  });

  it("is never believed when a statement does not say what it reads", () => {
    const reads = new Reads(createTagEpochs());
    reads.expect(sql`select`);
    expect(reads.isUntold).toBe(true);
    expect(reads.isOpen).toBe(false);
  });

  it("is forgotten when all moves, or when there are too many tags to remember", () => {
    const epochs = createTagEpochs({ mostTags: 10 });
    const kept = [epochs.cell("goals:acme:1")];
    const began = epochs.now;
    expect(isFresh(kept, began)).toBe(true);
    const filling = new Reads(epochs);
    for (let i = 2; i < 20; i++) epochs.cell(`goals:acme:${i}`);
    expect(isFresh(kept, began)).toBe(false);
    filling.expect(reading(sql`select`, ["goals:acme:99"]));
    expect(filling.isFresh).toBe(false);
  });
});

it("a statement carries what the statements in it read and touch", () => {
  const outer = sql`with hit as (${touching(sql`update`, "goals:acme:1")}) select ${goal}`;
  expect(outer.touches).toEqual(["goals:acme:1"]);
  expect(outer.reads?.tags).toEqual(["goals:acme:1"]);
});
