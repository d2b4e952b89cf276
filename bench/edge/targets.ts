import { middle, percent } from "../report/cells.ts";
import { SIGN_IN_TARGETS } from "../tokens/sign-in-table.ts";
import type { CaseName } from "./load-cases.ts";
import { cpuOf, type Figures, failed, served, settled } from "./measure.ts";
import type { Results } from "./report.ts";
import { addedCpu, statementsOf } from "./tables.ts";

const TARGETS = {
  served: 10,
  drained: 5,
  p95Ms: 60,
  floorShare: 0.6,
  users: 7_500,
  saved: 0.8,
  addedMs: 5,
  ...SIGN_IN_TARGETS,
  metering: { "cached read": 0.1, "mixed load": 0.03 } as Partial<Record<CaseName, number>>,
};

export interface Check {
  text: string;
  isReached: boolean;
}

/** What was to be reached, as far as it was measured. */
export function checkTargets({ loads, users, company, metering, signIn }: Results): Check[] {
  const checks: Check[] = [];
  const check = (text: string, isReached: boolean) => checks.push({ text, isReached });
  const find = (contender: string, name: CaseName, connections: number) => {
    const figures = loads.get(contender)?.filter((one) => one.name === name && one.connections === connections) ?? [];
    return figures.length > 0 ? figures : undefined;
  };

  const ours = find("Rainwire", "mixed load", 750);
  const plain = find("the plain way", "mixed load", 750);
  if (ours && plain) {
    const [whileServed, untilDrained] = [ratio(ours, plain, served), ratio(ours, plain, settled)];
    check(
      `mixed load at 750 connections, times the plain way while served: ${whileServed.toFixed(2)} (target ${TARGETS.served}; by CPU of a request ${ratio(plain, ours, cpuOf).toFixed(2)})`,
      whileServed >= TARGETS.served,
    );
    check(`until drained: ${untilDrained.toFixed(2)} (target ${TARGETS.drained})`, untilDrained >= TARGETS.drained);
  }
  if (ours) {
    const p95Ms = middle(ours.map((one) => one.p95Ms));
    check(`its p95: ${p95Ms.toFixed(1)} ms (target under ${TARGETS.p95Ms})`, p95Ms < TARGETS.p95Ms);
  }
  const [cached, floor] = [find("Rainwire", "cached read", 64), find("bare Hono", "cached read", 64)];
  if (cached && floor) {
    const share = ratio(cached, floor, served);
    check(
      `signed-in, limited, cached read at 64 connections, of bare Hono: ${percent(share)} (target ${percent(TARGETS.floorShare)}; by CPU of a request ${percent(ratio(floor, cached, cpuOf))})`,
      share >= TARGETS.floorShare,
    );
  }
  const found = users?.found.find(({ contender }) => contender === "Rainwire");
  if (found)
    check(`users with a second of think time: ${found.users} (target ${TARGETS.users})`, found.users >= TARGETS.users);

  const [sent, sentPlain] = [ours && statementsOf(ours), plain && statementsOf(plain)];
  if (sent !== undefined && sentPlain !== undefined) {
    const saved = 1 - sent / sentPlain;
    check(
      `statements saved on the mixed load, of the plain way's: ${percent(saved)} (target ${percent(TARGETS.saved)})`,
      saved >= TARGETS.saved,
    );
  }
  const asItComes = company?.find(({ way }) => way === "as it comes");
  if (asItComes && asItComes.waitP99Ms !== null)
    check(
      `waited for company at p99: under ${asItComes.waitP99Ms} ms (target ${TARGETS.addedMs})`,
      asItComes.waitP99Ms <= TARGETS.addedMs,
    );

  for (const { name, pairs } of metering ?? []) {
    const [added, most] = [middle(pairs.map(addedCpu)), TARGETS.metering[name] ?? 0];
    check(`metering adds to the ${name}: ${percent(added)} of CPU (target at most ${percent(most)})`, added <= most);
  }
  const token = signIn?.checks[0];
  if (token) {
    check(
      `sign-in check cold: ${token.coldP50Ms.toFixed(3)} ms (target ${TARGETS.coldMs})`,
      token.coldP50Ms <= TARGETS.coldMs,
    );
    check(
      `memoised: ${token.memoisedMs.toFixed(4)} ms (target ${TARGETS.memoisedMs})`,
      token.memoisedMs <= TARGETS.memoisedMs,
    );
  }
  const all = [
    ...[...loads.values()].flat(),
    ...(company ?? []).flatMap(({ rounds }) => rounds),
    ...(metering ?? []).flatMap(({ pairs }) => pairs.flatMap(({ on, off }) => [on, off])),
  ];
  const failures = all.reduce((sum, one) => sum + failed(one), 0);
  check(`requests that failed: ${failures} (target 0)`, failures === 0);
  return checks;
}

/** The middle of the ratios of what was measured one right after the other. */
const ratio = (ours: readonly Figures[], theirs: readonly Figures[], of: (one: Figures) => number): number =>
  middle(ours.flatMap((one, i) => (theirs[i] ? [of(one) / of(theirs[i])] : [])));
