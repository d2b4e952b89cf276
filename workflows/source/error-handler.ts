import { SHIPPED_HOOKS_URL } from "#hosts/n8n/rewrite-hooks-url.ts";
import { assemble } from "./build-workflow.ts";
import type { N8nWorkflow } from "./n8n-workflow.ts";
import { HTTP_TIMEOUT_MS } from "./step.ts";
import { CONFIG, config, decide, expression, outputOf } from "./steps.ts";

const FAILED = outputOf("Catch Workflow Error");

const ABOUT = `# error-handler
Tells Rainwire that a run of one of its workflows broke, so that it is driven again or fails for good. Every workflow of Rainwire names it as its error workflow.

**Set up**
1. Import the credential \`Rainwire error reports\`.
2. Put the address of Rainwire's hooks into **Config** (\`npm run n8n\` does so).
3. **Publish this workflow**: n8n reports failures to published error workflows only.

**Optional: a language model**
Put a model before **Report Error** that explains the message in plain words; send both.`;

/** The error workflow of all others. n8n tells it no address and no token: it has a credential of its own. */
export function buildErrorHandler(): N8nWorkflow {
  const steps = [
    {
      name: "Catch Workflow Error",
      type: "n8n-nodes-base.errorTrigger",
      typeVersion: 1,
      parameters: {},
      next: [["Config"]],
      section: "work" as const,
    },
    config({ hooksUrl: SHIPPED_HOOKS_URL }, "Did An Execution Fail"),
    decide("Did An Execution Fail", `!!${FAILED}.execution?.id`, { yes: "Report Error" }),
    {
      name: "Report Error",
      type: "n8n-nodes-base.httpRequest",
      typeVersion: 4.5,
      parameters: {
        method: "POST",
        url: expression(`${CONFIG}.hooksUrl + '/v1/workflow-errors'`),
        authentication: "genericCredentialType",
        genericAuthType: "httpHeaderAuth",
        sendBody: true,
        contentType: "json",
        specifyBody: "json",
        jsonBody: expression(
          `JSON.stringify({ n8nExecutionId: String(${FAILED}.execution.id), workflowName: ${FAILED}.workflow.name, message: (${FAILED}.execution.error?.message ?? 'n8n gave no message').slice(0, 10000), lastNode: ${FAILED}.execution.lastNodeExecuted ?? undefined })`,
        ),
        options: { timeout: HTTP_TIMEOUT_MS },
      },
      credentials: { httpHeaderAuth: { id: "rainwireErrors01", name: "Rainwire error reports" } },
      next: [],
      section: "work" as const,
      retry: { tries: 5, waitMs: 5_000 },
    },
  ];
  const work = `## Report
A workflow that n8n could not even start has no execution: there is nothing to report then, and Rainwire notices the silence by itself. A report that is lost is made up for the same way.`;
  return assemble("error-handler", steps, ABOUT, { work }, { executionOrder: "v1", saveDataErrorExecution: "all" });
}
