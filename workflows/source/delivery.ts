import { ERROR_HANDLER_ID } from "./error-workflow-id.ts";
import { RETRY, type Step } from "./step.ts";
import {
  COMPLETE,
  callParameters,
  code,
  conditions,
  decide,
  EXECUTION_ID,
  EXPLAIN,
  expression,
  IS_TRUE,
  outputOf,
} from "./steps.ts";

/** How old a signed delivery may be, as Standard Webhooks advise. */
const MAX_AGE_SECONDS = 300;
const DELIVERY = outputOf("Read Delivery");

/** Receive, verify, answer and claim a delivery: how every workflow that Rainwire drives begins. */
export const receiveDelivery = (workflowId: string, firstWorkStep: string): Step[] => [
  {
    name: "Receive Delivery",
    type: "n8n-nodes-base.webhook",
    typeVersion: 2.1,
    parameters: {
      httpMethod: "POST",
      path: workflowId,
      authentication: "headerAuth",
      responseMode: "responseNode",
      options: { rawBody: true },
    },
    credentials: { httpHeaderAuth: { id: "rainwireHeader01", name: "Rainwire webhook header" } },
    isWebhook: true,
    next: [["Read Raw Body"]],
    section: "verify",
  },
  {
    name: "Read Raw Body",
    type: "n8n-nodes-base.extractFromFile",
    typeVersion: 1.1,
    parameters: {
      operation: "text",
      binaryPropertyName: "data",
      destinationKey: "raw",
      options: { encoding: "utf8", keepSource: "json", stripBOM: false },
    },
    next: [["Compute Signature"]],
    section: "verify",
  },
  {
    name: "Compute Signature",
    type: "n8n-nodes-base.crypto",
    typeVersion: 2,
    parameters: {
      action: "hmac",
      type: "SHA256",
      encoding: "base64",
      value: expression("$json.headers['webhook-id'] + '.' + $json.headers['webhook-timestamp'] + '.' + $json.raw"),
      dataPropertyName: "expected",
    },
    credentials: { crypto: { id: "rainwireSigning0", name: "Rainwire signing secret" } },
    next: [["Check Signature And Age"]],
    section: "verify",
  },
  {
    name: "Check Signature And Age",
    type: "n8n-nodes-base.if",
    typeVersion: 2.3,
    parameters: {
      conditions: conditions([
        {
          id: "signature",
          leftValue: expression(
            "($json.headers['webhook-signature'] ?? '').split(' ').includes('v1,' + $json.expected)",
          ),
          ...IS_TRUE,
        },
        {
          id: "age",
          leftValue: expression("Math.abs(Date.now() / 1000 - Number($json.headers['webhook-timestamp']))"),
          operator: { type: "number", operation: "lt" },
          rightValue: MAX_AGE_SECONDS,
        },
      ]),
      options: {},
    },
    next: [["Accept Delivery"], ["Refuse Delivery"]],
    section: "verify",
  },
  respond("Accept Delivery", 202, "{ accepted: true, n8nExecutionId: $execution.id }", {
    next: [["Read Delivery"]],
    row: 0,
  }),
  respond("Refuse Delivery", 401, "{ error: 'invalid_signature' }", { next: [], row: 1 }),
  {
    name: "Read Delivery",
    type: "n8n-nodes-base.set",
    typeVersion: 3.5,
    parameters: {
      mode: "raw",
      jsonOutput: expression(
        `JSON.stringify((({ executionid, attempt, trigger, callbackurl }) => ({ executionId: executionid, attempt, trigger, hooksUrl: callbackurl, authorization: 'Bearer ' + ${outputOf("Receive Delivery")}.headers['x-rainwire-token'], traceparent: ${outputOf("Receive Delivery")}.headers.traceparent ?? '' }))(JSON.parse(${outputOf("Read Raw Body")}.raw)))`,
      ),
      options: {},
    },
    next: [["Claim Execution"]],
    section: "claim",
  },
  {
    name: "Claim Execution",
    type: "n8n-nodes-base.httpRequest",
    typeVersion: 4.5,
    parameters: callParameters({
      method: "POST",
      path: `'/v1/executions/' + ${EXECUTION_ID} + '/claim'`,
      body: `{ attempt: ${DELIVERY}.attempt, n8nExecutionId: $execution.id, n8nWorkflowId: $workflow.id }`,
    }),
    next: [["Should It Run"]],
    section: "claim",
    retry: RETRY,
  },
  { ...decide("Should It Run", "$json.outcome === 'run'", { yes: firstWorkStep }), section: "claim" },
];

/** Report the outcome: how every workflow that Rainwire drives ends. `result` is an expression. */
export const reportOutcome = (result: string): Step[] => [
  {
    ...report(COMPLETE, `{ attempt: ${DELIVERY}.attempt, status: 'succeeded', result: ${result} }`),
    row: 0,
  },
  {
    ...code(EXPLAIN, "explain-failure.js", "explainFailure({ step: $prevNode.name, failure: $input.first().json })", {
      next: "Fail Execution",
      row: 2,
    }),
    section: "report",
  },
  {
    ...report(
      "Fail Execution",
      `{ attempt: ${DELIVERY}.attempt, status: 'failed', error: $json.reason, result: $json.result }`,
    ),
    row: 2,
  },
];

const report = (name: string, body: string): Step => ({
  name,
  type: "n8n-nodes-base.httpRequest",
  typeVersion: 4.5,
  parameters: callParameters({
    method: "POST",
    path: `'/v1/executions/' + ${EXECUTION_ID} + '/result'`,
    body,
  }),
  next: [],
  section: "report",
  retry: RETRY,
});

function respond(
  name: string,
  responseCode: number,
  body: string,
  { next, row }: { next: string[][]; row: number },
): Step {
  return {
    name,
    type: "n8n-nodes-base.respondToWebhook",
    typeVersion: 1.5,
    parameters: {
      respondWith: "json",
      responseBody: expression(`JSON.stringify(${body})`),
      options: { responseCode },
    },
    next,
    row,
    section: "verify",
  };
}

export const SETTINGS = {
  executionOrder: "v1",
  errorWorkflow: ERROR_HANDLER_ID,
  saveDataErrorExecution: "all",
  saveDataSuccessExecution: "all",
  saveManualExecutions: true,
  callerPolicy: "workflowsFromSameOwner",
};
