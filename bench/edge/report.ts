import type { SignInFigures } from "../tokens/sign-in-check.ts";
import { signInTable } from "../tokens/sign-in-table.ts";
import type { CompanyFigures } from "./company.ts";
import type { Figures } from "./measure.ts";
import type { MeteringFigures } from "./metering.ts";
import { companyTable, cpuTable, loadTable, meteringTable } from "./tables.ts";
import { checkTargets } from "./targets.ts";
import type { UsersFigures } from "./users.ts";
import { usersTable } from "./users-table.ts";

/** What one run measured; what was left out is undefined. */
export interface Results {
  /** Where and how. */
  about: string;
  /** By contender and in the order in which they were measured. */
  loads: ReadonlyMap<string, readonly Figures[]>;
  users?: { found: readonly UsersFigures[]; carried: Figures | undefined };
  company?: readonly CompanyFigures[];
  metering?: readonly MeteringFigures[];
  signIn?: SignInFigures;
}

/** A run as Markdown: its tables, and what was to be reached. */
export function describeResults(results: Results): { lines: string[]; isReached: boolean } {
  const { about, loads, users, company, metering, signIn } = results;
  const checks = checkTargets(results);
  const sections = [
    [about],
    loadTable(loads),
    cpuTable(loads),
    users && usersTable(users),
    company && companyTable(company),
    metering && meteringTable(metering),
    signIn && signInTable(signIn),
    checks.map(({ isReached, text }) => `- ${isReached ? "reached" : "**not reached**"}: ${text}`),
  ];
  return {
    lines: sections.flatMap((lines) => (lines && lines.length > 0 ? ["", ...lines] : [])).slice(1),
    isReached: checks.every(({ isReached }) => isReached),
  };
}
