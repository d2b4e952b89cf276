import { broken, type Check, type Finding, NEEDS_DATABASE } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** No check keeps the others waiting for longer. */
const CHECK_MS = 8_000;

export interface CheckReport {
  check: string;
  findings: readonly Finding[];
}

/** Runs every check, each bounded in time; one that throws is a finding like any other. */
export function runChecks(checks: readonly Check[], ctx: DoctorContext, timeoutMs = CHECK_MS): Promise<CheckReport[]> {
  return Promise.all(
    checks.map(async (check) => {
      if (check.needsDatabase && ctx.database === undefined) return { check: check.name, findings: [NEEDS_DATABASE] };
      const found = await withinTime(check, ctx, timeoutMs);
      return { check: check.name, findings: "status" in found ? [found] : found };
    }),
  );
}

async function withinTime(check: Check, ctx: DoctorContext, timeoutMs: number): Promise<Finding | readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () => resolve(broken(`no answer within ${timeoutMs} ms`, "See what the machine and the database are busy with.")),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([check.run(ctx), timeout]);
  } catch (error) {
    return broken(
      `the check itself failed: ${error instanceof Error ? error.message : String(error)}`,
      "If the message does not say why, report it with the line above.",
    );
  } finally {
    clearTimeout(timer);
  }
}
