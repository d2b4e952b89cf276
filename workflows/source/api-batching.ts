import type { AgentDefinition } from "./build-workflow.ts";
import { COMPLETE, CONFIG, call, code, config, decide, INPUT, outputOf } from "./steps.ts";

const TUNING = outputOf("Tune Window");

export const apiBatching: AgentDefinition = {
  id: "api-batching",
  about: `Keeps the window of read coalescing as wide as pays and as narrow as promised, and reports what it saved. For operators.

Driven by the event \`batching.digest_ready\`, once an hour in which something was loaded. Without this workflow the window stays as it is.`,
  work: `Compares each kind of load with **Config**: the window narrows when 99 % of the loads waited longer than \`p99BudgetMs\`, and widens, up to that budget, when less than \`savedShareGoal\` of the statements were saved and the wait leaves room. A kind with fewer than \`leastLoads\` loads says nothing.`,
  llm: `Put a model after **Tune Window** that words the result for a chat channel.`,
  steps: [
    config({ p99BudgetMs: 5, savedShareGoal: 0.8, leastLoads: 1000 }, "Read Settings"),
    call("Read Settings", { method: "GET", path: "'/v1/batching'" }, { next: "Tune Window" }),
    code(
      "Tune Window",
      "tune-window.js",
      `tuneWindow({ digest: ${INPUT}, settings: $input.first().json.settings, config: ${CONFIG} })`,
      { next: "Choose Change" },
    ),
    decide("Choose Change", "$json.isToChange", { yes: "Set Window", no: COMPLETE }),
    call(
      "Set Window",
      {
        method: "PUT",
        path: "'/v1/batching/settings'",
        body: `{ budgetMs: ${TUNING}.budgetMs, reason: ${TUNING}.result.why }`,
      },
      { next: COMPLETE },
    ),
  ],
  result: `${TUNING}.result`,
};
