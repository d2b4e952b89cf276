import { expect, it } from "vitest";
import { parseInstant } from "#shared/adapters/postgres/instant.ts";

it.each([
  ["2026-11-20 19:31:38.123456+00", "2026-11-20T19:31:38.123Z", 1795203098123],
  ["2026-11-20 19:31:38.999999+00", "2026-11-20T19:31:38.999Z", 1795203098999],
  ["2026-11-20 19:31:38.5+00", "2026-11-20T19:31:38.500Z", 1795203098500],
  ["2026-11-20 19:31:38+00", "2026-11-20T19:31:38.000Z", 1795203098000],
  ["2026-11-20 20:31:38.25+01", "2026-11-20T19:31:38.250Z", 1795203098250],
  ["1969-12-31 23:59:59.9+00", "1969-12-31T23:59:59.900Z", -100],
])("reads %s as a Date", (text, iso, ms) => {
  const instant = parseInstant(text);
  expect(instant).toBeInstanceOf(Date);
  expect((instant as Date).getTime()).toBe(ms); // safe: just seen to be one
  expect((instant as Date).toISOString()).toBe(iso); // safe: see above
  expect(JSON.stringify({ instant })).toBe(`{"instant":"${iso}"}`);
});

it("leaves the infinities and years before Christ to node-postgres", () => {
  expect(parseInstant("infinity")).toBe(Number.POSITIVE_INFINITY);
  expect((parseInstant("0044-03-15 12:00:00+00 BC") as Date).getUTCFullYear()).toBe(-43);
});
