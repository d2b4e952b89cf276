import type { BreakEven } from "#shared/costs/compare/break-even.ts";
import type {
  ComparedLine,
  ComparedStack,
  ComparedVolume,
  Comparison,
  PriceRange,
} from "#shared/costs/compare/compare-stacks.ts";
import type { ClaimTest } from "#shared/costs/compare/test-claim.ts";
import type { CommandIo } from "./command.ts";

/** The statement as text, for people. */
export function printComparison(
  { workload, date, volumes, a, b, difference, savedPercent }: Comparison,
  breakEven: BreakEven,
  claim: ClaimTest | undefined,
  io: CommandIo,
): void {
  const say = (line = "") => io.out(`${line}\n`);
  say(`${workload.name}: ${a.name}, against ${b.name}`);
  say(`Prices of ${date}, USD a month. Ranges: all inputs at their low end .. all at their high end.`);
  say(`\n${workload.about}\n\nVolumes`);
  printVolumes(volumes, say);
  say("\nAssumptions");
  for (const assumption of workload.assumptions) say(`  - ${assumption}`);
  for (const [letter, stack] of [
    ["A", a],
    ["B", b],
  ] as const)
    printStack(letter, stack, say);
  say();
  if (difference === null || savedPercent === null) {
    say(
      `No difference: ${[a, b].flatMap(({ name, reason }) => (reason === null ? [] : [`${name}: ${reason}`])).join("; ")}`,
    );
  } else {
    say(`A − B        ${range(difference)} USD a month`);
    say(`of A         ${range(savedPercent)} %`);
  }
  printBreakEven(breakEven, { a: a.name, b: b.name }, say);
  if (claim) printClaim(claim, { scale: breakEven.scale, a: a.total, b: b.total }, say);
  say(
    "\nEvidence of a price: O the provider's own page, C official content through a copy, S a secondary source, R remembered or assumed.",
  );
}

type Say = (line?: string) => void;

const range = ({ low, high }: PriceRange, none = "no price"): string =>
  low === high ? (low ?? none) : `${low ?? none} .. ${high ?? none}`;

function printVolumes(volumes: readonly ComparedVolume[], say: Say): void {
  for (const volume of volumes)
    say(`  ${volume.name.padEnd(25)}${`${shorter(volume)} ${volume.unit}`.padEnd(40)}${volume.about}`);
}

function printStack(letter: string, stack: ComparedStack, say: Say): void {
  say(`\n${letter}. ${stack.name}\n${stack.about}`);
  printVolumes(stack.volumes, say);
  say(
    `  ${"card/meter".padEnd(52)}${"used".padEnd(30)}${"unit price".padEnd(18)}${"since".padEnd(12)}${"ev".padEnd(4)}USD`,
  );
  for (const line of stack.lines) say(`  ${describe(line)}`);
  say(`  ${"total".padEnd(116)}${range(stack.total)}`);
  if (stack.reason !== null) say(`  No price at an end: ${stack.reason}`);
  say(`  by evidence: ${stack.byEvidence.map(({ level, amount }) => `${level} ${range(amount)}`).join(", ")}`);
  say("  Not in it:");
  for (const exclusion of stack.exclusions) say(`    - ${exclusion}`);
}

function describe({
  card,
  meter,
  tier,
  unit,
  used,
  unitPrice,
  currency,
  priceFrom,
  evidence,
  amount,
}: ComparedLine): string {
  const name = `${card}/${meter}${tier > 1 ? ` (tier ${tier})` : ""}`;
  const price = currency === "USD" ? unitPrice : `${unitPrice} ${currency}`;
  return [
    name.padEnd(51),
    `${shorter(used)} ${unit}`.padEnd(29),
    price.padEnd(17),
    (priceFrom ?? "…").padEnd(11),
    evidence.level.padEnd(3),
    range(amount),
  ].join(" ");
}

/** Quantities to three places: the exact ones are in the JSON. */
const shorter = ({ low, high }: PriceRange): string => {
  const short = (text: string | null) => text?.replace(/(\.\d{3})\d+$/, "$1…") ?? null;
  return range({ low: short(low), high: short(high) }, "?");
};

function printBreakEven({ scale, points, crossings }: BreakEven, names: { a: string; b: string }, say: Say): void {
  say(`\nOver ${scale} (everything else as above), USD a month, low .. high`);
  say(`  ${scale.padEnd(12)}${`A ${names.a}`.padEnd(36)}B ${names.b}`);
  for (const { volume, a, b } of points) say(`  ${String(volume).padEnd(12)}${range(a).padEnd(36)}${range(b)}`);
  if (crossings.length === 0) say("  The same one is cheaper everywhere here.");
  for (const { corner, volume, cheaper } of crossings)
    say(`  From ${volume} ${scale} on, at the ${corner} end: ${cheaper} is cheaper.`);
}

function printClaim(
  { claim, points }: ClaimTest,
  own: { scale: string; a: PriceRange; b: PriceRange },
  say: Say,
): void {
  say("\nThe claim");
  say(
    `  It states ${claim.a.join(" .. ")} for A and ${claim.b.join(" .. ")} for B; the workload above costs ${range(own.a)} and ${range(own.b)}.`,
  );
  for (const { stack, corner, amount, volume, a, b, savedPercent, isMet } of points) {
    const at =
      volume === null
        ? `no volume up to 100,000,000 ${own.scale} with a price`
        : `${volume} ${own.scale}: A ${a ?? "no price"}, B ${b ?? "no price"}, ${savedPercent ?? "?"} % saved${isMet ? " (the claim holds)" : ""}`;
    say(`  At the ${corner} end ${stack} reaches ${amount} with ${at}`);
  }
  if (!points.some(({ isMet }) => isMet)) say("  No volume makes both amounts true with these stacks and prices.");
}
