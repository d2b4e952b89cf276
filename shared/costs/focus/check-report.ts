import type { FocusDataset, FocusVersion } from "./column.ts";
import type { Finding } from "./finding.ts";

/** What a check of one file came to. */
export interface CheckReport {
  readonly dataset: FocusDataset;
  readonly version: FocusVersion;
  readonly rows: number;
  readonly errors: number;
  readonly warnings: number;
  /** How often each rule was broken, in the rules' alphabetical order. */
  readonly byRule: Readonly<Record<string, number>>;
  /** The first findings of each rule, in the order of the file. */
  readonly findings: readonly Finding[];
}

/** Findings of one rule that are kept in full; the rest is counted. */
export const MOST_FINDINGS_OF_A_RULE = 100;

/** Counts findings and keeps the first of each rule, so that a bad file of any size makes a report of a bearable one. */
export function collectFindings(mostOfARule = MOST_FINDINGS_OF_A_RULE) {
  const counts = new Map<string, number>();
  const kept: Finding[] = [];
  let errors = 0;
  return {
    add(finding: Finding): void {
      const count = (counts.get(finding.rule) ?? 0) + 1;
      counts.set(finding.rule, count);
      if (finding.severity === "error") errors += 1;
      if (count <= mostOfARule) kept.push(finding);
    },
    report(dataset: FocusDataset, version: FocusVersion, rows: number): CheckReport {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const byRule = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
      return { dataset, version, rows, errors, warnings: total - errors, byRule, findings: kept };
    },
  };
}
