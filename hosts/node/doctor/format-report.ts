import { type Finding, NEEDS_DATABASE } from "./check.ts";
import type { CheckReport } from "./run-checks.ts";

const SIGNS: Record<Finding["status"], string> = { ok: "✓", warn: "!", fail: "✗", skipped: "-" };
const COLOURS: Record<Finding["status"], number> = { ok: 32, warn: 33, fail: 31, skipped: 90 };
const INDENT = " ".repeat(20);

/** The report as text for a terminal. */
export function formatReport(reports: readonly CheckReport[], hasColours: boolean): string {
  const paint = (status: Finding["status"], text: string) =>
    hasColours ? `\u001b[${COLOURS[status]}m${text}\u001b[0m` : text;
  const isLeftOut = ({ findings }: CheckReport) => findings.some(({ says }) => says === NEEDS_DATABASE.says);
  const lines = reports
    .filter((report) => !isLeftOut(report))
    .flatMap(({ check, findings }) =>
      findings.flatMap(({ status, says, mend }, i) => [
        `${paint(status, SIGNS[status])} ${(i === 0 ? check : "").padEnd(INDENT.length - 2)}${says.replaceAll("\n", `\n${INDENT}`)}`,
        ...(mend === undefined || status === "ok" ? [] : [`${INDENT}→ ${mend}`]),
      ]),
    );
  const leftOut = reports.filter(isLeftOut).map(({ check }) => check);
  if (leftOut.length > 0)
    lines.push(`${paint("skipped", SIGNS.skipped)} not looked at without the database: ${leftOut.join(", ")}`);
  return `${lines.join("\n")}\n\n${summary(reports)}\n`;
}

function summary(reports: readonly CheckReport[]): string {
  const count = (status: Finding["status"]) =>
    reports.flatMap(({ findings }) => findings).filter((finding) => finding.status === status).length;
  const [fails, warns] = [count("fail"), count("warn")];
  if (fails > 0) return `${fails} to mend, ${warns} to look at.`;
  return warns > 0 ? `Works; ${warns} to look at.` : "All is well.";
}

/** The report as JSON for scripts: `status` is the worst of all findings. */
export function jsonReport(reports: readonly CheckReport[]): string {
  const status = worstOf(reports);
  return `${JSON.stringify({ status, checks: reports }, undefined, 2)}\n`;
}

export function worstOf(reports: readonly CheckReport[]): "ok" | "warn" | "fail" {
  const found = new Set(reports.flatMap(({ findings }) => findings.map(({ status }) => status)));
  if (found.has("fail")) return "fail";
  return found.has("warn") ? "warn" : "ok";
}
