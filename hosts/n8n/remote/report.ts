import type { ComparedWorkflow } from "./compare.ts";
import { DECISION_WORDS, type Decision } from "./decide.ts";

/** How a command ends; scripts read it. */
export const EXIT = { ok: 0, failed: 1, usage: 2, conflict: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command has to say: `data` for `--json`, the lines for people. */
export interface CommandResult {
  exitCode: ExitCode;
  data: object;
  lines: string[];
}

export interface WorkflowReport {
  workflow: string;
  decision: Decision;
  /** n8n's id; null while it is not there. */
  n8nWorkflowId: string | null;
  changes: string[];
}

export const reportWorkflow = ({ local, decision, stored, changes }: ComparedWorkflow): WorkflowReport => ({
  workflow: local.id,
  decision,
  n8nWorkflowId: stored?.id ?? null,
  changes,
});

/** A line for the workflow, and one for each change below it. */
export function describeWorkflow({ local, decision, changes }: ComparedWorkflow): string[] {
  return [`${local.id.padEnd(26)} ${DECISION_WORDS[decision]}`, ...changes.map((change) => `    ${change}`)];
}
