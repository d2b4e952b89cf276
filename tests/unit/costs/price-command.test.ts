import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { PUBLISHED_EXAMPLES } from "./published-examples.ts";

const CLI = fileURLToPath(new URL("../../../hosts/costs/cli.ts", import.meta.url));

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rainwire-costs-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", input });
  return { status, stdout, stderr };
}

const price = (entries: unknown, ...options: string[]) =>
  run(["price", "--input", "-", ...options], JSON.stringify(entries));

const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const Cents = z.string().regex(/^\d+\.\d\d$/);
const Priced = z.array(
  z.object({
    card: z.string(),
    date: z.string(),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    currency: z.string(),
    lines: z.array(
      z.object({
        meter: z.string(),
        used: Decimal,
        included: Decimal,
        billable: Decimal,
        unitPrice: Decimal,
        amountExact: Decimal,
        amount: Cents,
      }),
    ),
    total: Cents,
    converted: z.object({ currency: z.string(), rate: Decimal, total: Cents }).loose().optional(),
  }),
);

const good = { card: "neon/launch", date: "2026-10-15", usage: { compute: "10" } };

describe("costs price", () => {
  it("prints the published totals, in decimal strings, from a file", () => {
    const file = join(root, "usage.json");
    writeFileSync(file, JSON.stringify(PUBLISHED_EXAMPLES.map(({ input }) => input)));
    const { status, stdout, stderr } = run(["price", "--input", file]);
    expect([status, stderr]).toEqual([0, ""]);
    const priced = Priced.parse(JSON.parse(stdout));
    expect(priced.map(({ card, date, total }) => [card, date, total])).toEqual(
      PUBLISHED_EXAMPLES.map(({ input, total }) => [input.card, input.date, total]),
    );
  });

  it("takes an option of a switch, and keeps an entry's id", () => {
    const entry = { id: "qstash", card: "upstash/qstash-payg", date: "2026-10-15", usage: { retries: "100000" } };
    const { stdout } = price([entry, { ...entry, switches: { retryBilling: "free" } }]);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "qstash", total: "1.00", switches: [{ option: "each-attempt", status: "unsettled", isDefault: true }] },
      { id: "qstash", total: "0.00", switches: [{ option: "free", isDefault: false }] },
    ]);
  });

  it("prices in the card's currency, and converts when asked, at a rate that it prints", () => {
    const entry = { card: "n8n/cloud", date: "2026-10-15", usage: { "pro-annual": "1" } };
    const [plain, assumed, given] = [price([entry]), price([entry], "--usd"), price([entry], "--rate", "EUR=1.1011")]
      .map(({ stdout }) => Priced.parse(JSON.parse(stdout)))
      .map(([first]) => first);
    expect(plain).toMatchObject({ currency: "EUR", total: "50.00" });
    expect(plain?.converted).toBeUndefined();
    expect(assumed?.converted).toMatchObject({
      currency: "USD",
      rate: "1.16",
      total: "58.00",
      evidence: { level: "R" },
    });
    expect(given?.converted).toMatchObject({ rate: "1.1011", total: "55.06", lines: [{ amountExact: "55.055" }] });
  });
});

describe("costs price refuses", () => {
  const usage = (quantity: unknown) => ({ ...good, usage: { compute: quantity } });
  const bad: [string, unknown, RegExp][] = [
    ["an unknown card", { ...good, card: "neon/lunch" }, /\(neon\/lunch\): .*did you mean neon\/launch/],
    [
      "an unknown meter",
      { ...good, usage: { computes: "1" } },
      /no meter "computes": did you mean compute\? its meters are compute, storage/,
    ],
    ["a meter named like a method", { ...good, usage: { constructor: "1" } }, /no meter "constructor"/],
    ["a negative quantity", usage("-1"), /meter "compute": the quantity "-1" is negative/],
    ["a negative nothing", usage("-0"), /is negative/],
    ["an exponent", usage("1e3"), /meter "compute": the quantity "1e3" is malformed/],
    ["NaN", usage("NaN"), /"NaN" is malformed/],
    ["Infinity", usage("Infinity"), /"Infinity" is malformed/],
    ["an empty text", usage(""), /the quantity "" is malformed/],
    ["a space", usage(" 1"), /" 1" is malformed/],
    ["a separator", usage("1,000"), /"1,000" is malformed/],
    ["a hexadecimal", usage("0x10"), /"0x10" is malformed/],
    ["a number", usage(10), /the quantity 10 is no text/],
    ["null", usage(null), /the quantity null is no text/],
    ["a list", usage(["1"]), /is no text/],
    ["a date that is none", { ...good, date: "2026-02-30" }, /"2026-02-30" is no date/],
    ["a date with a time", { ...good, date: "2026-10-15T00:00:00Z" }, /is no date/],
    ["a missing date", { card: "neon/launch", usage: {} }, /date: Invalid input/],
    [
      "a date without a price",
      { card: "cloudflare/workers-logs", date: "2026-12-01", usage: { "log-events": "1" } },
      /"cloudflare\/workers-logs" has no price on 2026-12-01.*cloudflare\/observability/,
    ],
    ["an unknown switch", { ...good, switches: { retryBilling: "free" } }, /no switch "retryBilling"/],
    ["a member that it does not know", { ...good, swiches: {} }, /"swiches"/],
    ["an entry that is none", "neon/launch", /expected object/],
  ];
  let answer: ReturnType<typeof run>;
  beforeAll(() => {
    answer = price([good, ...bad.map(([, entry]) => entry), good]);
  });

  it("an input in which anything is wrong, and prints no price at all", () => {
    expect([answer.status, answer.stdout]).toEqual([1, ""]);
    expect(answer.stderr.trimEnd().split("\n")).toHaveLength(bad.length);
  });

  it.each(bad.map(([what, , message], index) => ({ what, message, index: index + 1 })))(
    "$what",
    ({ message, index }) => {
      expect(answer.stderr.split("\n").find((line) => line.startsWith(`entry ${index}`))).toMatch(message);
    },
  );

  it("what is no list, no JSON, or no file", () => {
    expect(price(good)).toMatchObject({
      status: 1,
      stdout: "",
      stderr: "the input must be a list of entries: [{…}, …]\n",
    });
    expect(run(["price", "--input", "-"], "{")).toMatchObject({ status: 1, stdout: "" });
    expect(run(["price", "--input", join(root, "nowhere.json")])).toMatchObject({ status: 1, stdout: "" });
  });

  it("wrong arguments with exit code 2 and its help", () => {
    for (const args of [
      ["price"],
      ["price", "--inputs", "-"],
      ["price", "--input", "-", "--rate", "EUR=-1"],
      ["prise"],
    ]) {
      const { status, stdout, stderr } = run(args, "[]");
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("Usage: npm run costs -- ");
    }
  });
});

describe("costs books", () => {
  it("lists the cards with dates, levels and hashes", () => {
    const { status, stdout } = run(["books"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^cloudflare\/workers-logs +2024-11-01 to 2026-12-01 +USD +O +[0-9a-f]{12}$/m);
    expect(stdout).toMatch(/cards, in order; book [0-9a-f]{64}\n$/);
  });

  it("prints what a card's meters are called", () => {
    const { stdout } = run(["books", "--card", "upstash/qstash-payg"]);
    expect(stdout).toContain("meter    active-schedules: usage, per Schedules, 0.01, 1000 included");
    expect(stdout).toContain("switch   retryBilling (unsettled)");
    expect(run(["books", "--card", "upstash/q"])).toMatchObject({ status: 2, stdout: "" });
  });

  it("helps", () => {
    for (const args of [["--help"], ["price", "-h"]]) {
      expect(run(args)).toMatchObject({ status: 0, stderr: "" });
    }
  });
});
