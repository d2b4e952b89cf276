import { describe, expect, it } from "vitest";
import { findStaleReads, type HistoryEntry } from "#tests/support/check-history.ts";

const entry = (kind: "read" | "write", startMs: number, endMs: number, version: number, subject = "goal") => {
  const made: HistoryEntry = { kind, subject, startMs, endMs, version };
  return made;
};

/** Writes of versions 2 to 50, one after the other, and reads between, under and across them. */
const faultless = (): HistoryEntry[] =>
  Array.from({ length: 49 }, (_, i) => i + 2).flatMap((version) => {
    const at = version * 10;
    return [
      entry("write", at, at + 4, version),
      entry("read", at + 5, at + 6, version),
      entry("read", at + 1, at + 2, version - 1), // overlaps its write: may show what was before
      entry("read", at + 3, at + 7, version), // or what is new
    ];
  });

describe("the checker of histories", () => {
  it("finds nothing in one without faults", () => {
    expect(findStaleReads(faultless())).toEqual([]);
  });

  it("finds a read that shows what was before an acknowledged write", () => {
    const planted = entry("read", 255, 256, 24);
    expect(findStaleReads([...faultless(), planted])).toEqual([
      { read: planted, missed: entry("write", 250, 254, 25) },
    ]);
  });

  it("finds a read that began just after the acknowledgement", () => {
    const history = [entry("write", 0, 10, 2), entry("read", 10.001, 12, 1)];
    expect(findStaleReads(history)).toHaveLength(1);
    expect(findStaleReads([entry("write", 0, 10, 2), entry("read", 9.999, 12, 1)])).toEqual([]);
  });

  it("finds each planted fault, wherever it is", () => {
    for (let version = 3; version <= 50; version++) {
      const planted = entry("read", version * 10 + 5, version * 10 + 6, version - 1);
      expect(findStaleReads([...faultless(), planted]).map(({ read }) => read)).toEqual([planted]);
    }
  });

  it("expects nothing of a write that nobody acknowledged", () => {
    const history = [entry("write", 0, Number.POSITIVE_INFINITY, 9), entry("read", 50, 60, 1)];
    expect(findStaleReads(history)).toEqual([]);
  });

  it("keeps subjects apart", () => {
    expect(findStaleReads([entry("write", 0, 1, 5, "one"), entry("read", 2, 3, 1, "other")])).toEqual([]);
  });
});
