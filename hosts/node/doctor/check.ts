import type { DoctorContext } from "./context.ts";

/** What one look found. `warn` is worth knowing, `fail` keeps Rainwire from doing its work. */
export interface Finding {
  status: "ok" | "warn" | "fail" | "skipped";
  says: string;
  /** What to do about it. */
  mend?: string;
}

export interface Check {
  name: string;
  /** Without a reachable database there is nothing to look at. */
  needsDatabase?: boolean;
  run(ctx: DoctorContext): Promise<Finding | readonly Finding[]>;
}

export const ok = (says: string): Finding => ({ status: "ok", says });
export const warn = (says: string, mend: string): Finding => ({ status: "warn", says, mend });
export const broken = (says: string, mend: string): Finding => ({ status: "fail", says, mend });
export const skipped = (says: string): Finding => ({ status: "skipped", says });

/** What a check that needs the database finds where there is none. */
export const NEEDS_DATABASE: Finding = skipped("needs the database");
