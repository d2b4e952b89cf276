import type { Step } from "./step.ts";
import { CONFIG, call, INPUT, outputOf } from "./steps.ts";

/** Steps that several workflows take on a goal. */

export const GOAL = outputOf("Read Goal");
export const goalPath = (rest = ""): string =>
  `'/v1/goals/' + encodeURIComponent(${INPUT}.goalId)${rest && ` + '${rest}'`}`;
/** What every function of code/ that looks at a goal is given. `today` is n8n's, in its time zone. */
export const ABOUT_GOAL = `goal: ${GOAL}, input: ${INPUT}`;
export const WITH_CONFIG = `config: ${CONFIG}, today: $now.toISODate()`;

export const readGoal = (next: string): Step => call("Read Goal", { method: "GET", path: goalPath() }, { next });

export const writeProgress = (from: string, next: string): Step =>
  call(
    "Write Progress",
    {
      method: "PUT",
      path: goalPath("/progress"),
      body: `{ progressPercent: ${outputOf(from)}.progressPercent }`,
    },
    { next },
  );
