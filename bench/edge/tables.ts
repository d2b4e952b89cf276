import { middle, percent, ranged, table, whole, wholePercent } from "../report/cells.ts";
import { type CompanyFigures, WAYS } from "./company.ts";
import type { CaseName } from "./load-cases.ts";
import { cpuOf, cpuOfKind, type Figures, failed, served, settled } from "./measure.ts";
import type { MeteringFigures, MeteringPair } from "./metering.ts";

type Loads = ReadonlyMap<string, readonly Figures[]>;

const middleMs = (figures: readonly Figures[], of: (one: Figures) => number): string =>
  middle(figures.map(of)).toFixed(1);

interface Group {
  name: CaseName;
  connections: number;
  contender: string;
  figures: readonly Figures[];
}

/** What was measured repeatedly, together: by case and connections, one contender after the other. */
function groupsOf(loads: Loads): Group[] {
  const all = [...loads].flatMap(([contender, figures]) => figures.map((one) => ({ contender, one })));
  const byLoad = Map.groupBy(all, ({ one }) => `${one.name} ${one.connections}`);
  return [...byLoad.values()].flatMap((alike) =>
    [...Map.groupBy(alike, ({ contender }) => contender)].flatMap(([contender, measured]) => {
      const figures = measured.map(({ one }) => one);
      const [first] = figures;
      return first ? [{ name: first.name, connections: first.connections, contender, figures }] : [];
    }),
  );
}

export const loadTable = (loads: Loads): string[] =>
  table(
    [
      "",
      "connections",
      "",
      "requests/s",
      "until drained, /s",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "failed",
      "statements a request",
      "load generator busy",
    ],
    groupsOf(loads).map(({ name, connections, contender, figures }) => [
      name,
      String(connections),
      contender,
      ranged(figures.map(served)),
      whole(middle(figures.map(settled))),
      middleMs(figures, ({ p50Ms }) => p50Ms),
      middleMs(figures, ({ p95Ms }) => p95Ms),
      middleMs(figures, ({ p99Ms }) => p99Ms),
      String(figures.reduce((sum, one) => sum + failed(one), 0)),
      statementsOf(figures)?.toFixed(2) ?? "",
      wholePercent(middle(figures.map(({ busyShare }) => busyShare))),
    ]),
  );

/** CPU of what shares the servers' core, with the most connections. */
export function cpuTable(loads: Loads): string[] {
  const groups = groupsOf(loads);
  const most = Math.max(...groups.map(({ connections }) => connections));
  const shown = groups.filter(({ connections }) => connections === most);
  const kinds = [...new Set(shown.flatMap(({ figures }) => figures.flatMap(({ cpuMs }) => [...cpuMs.keys()])))];
  const used = (figures: readonly Figures[], kind: string) => middle(figures.map((one) => cpuOfKind(one, kind))) * 1000;
  const telling = kinds.filter((kind) => shown.some(({ figures }) => used(figures, kind) >= 1));
  return table(
    ["CPU of a request, µs", "", ...telling, "in all"],
    shown.map(({ name, contender, figures }) => [
      name,
      contender,
      ...telling.map((kind) => whole(used(figures, kind))),
      whole(middle(figures.map(cpuOf)) * 1000),
    ]),
  );
}

export const statementsOf = (figures: readonly Figures[]): number | undefined => {
  const counted = figures.flatMap(({ statements }) => statements ?? []);
  return counted.length > 0 ? middle(counted) : undefined;
};

export function companyTable(company: readonly CompanyFigures[]): string[] {
  const ms = (value: number | null) => (value === null ? "" : String(value));
  const all = company.find(({ way }) => way === "nor is an answer kept");
  const most = all && statementsOf(all.rounds);
  const saved = (sent: number | undefined) =>
    sent === undefined || most === undefined ? "" : percent(1 - sent / most);
  const inOrder = Object.keys(WAYS).flatMap((way) => company.filter((one) => one.way === way));
  return table(
    [
      "Rainwire, mixed load, 64 connections",
      "statements a request",
      "saved",
      "requests/s",
      "p99 ms",
      "waited for company, p50 under ms",
      "p99 under ms",
    ],
    inOrder.map(({ way, rounds, waitP50Ms, waitP99Ms }) => [
      way,
      statementsOf(rounds)?.toFixed(2) ?? "",
      saved(statementsOf(rounds)),
      ranged(rounds.map(served)),
      ranged(rounds.map(({ p99Ms }) => p99Ms)),
      ms(waitP50Ms),
      ms(waitP99Ms),
    ]),
  );
}

/** What metering adds to the CPU that a request takes of host and PostgreSQL, as a share. */
export const addedCpu = ({ on, off }: MeteringPair): number => cpuOf(on) / cpuOf(off) - 1;
/** What it adds to the time between two answers. */
export const addedTime = ({ on, off }: MeteringPair): number => served(off) / served(on) - 1;

export const meteringTable = (metering: readonly MeteringFigures[]): string[] =>
  table(
    [
      "metering, 64 connections",
      "pairs",
      "on, requests/s",
      "off",
      "added time a request",
      "on, CPU µs a request",
      "off",
      "added CPU",
    ],
    metering.map(({ name, pairs }) => [
      name,
      String(pairs.length),
      ranged(pairs.map(({ on }) => served(on))),
      ranged(pairs.map(({ off }) => served(off))),
      ranged(pairs.map(addedTime), percent),
      whole(middle(pairs.map(({ on }) => cpuOf(on))) * 1000),
      whole(middle(pairs.map(({ off }) => cpuOf(off))) * 1000),
      ranged(pairs.map(addedCpu), percent),
    ]),
  );
