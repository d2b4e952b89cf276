import { readCode } from "./read-code.ts";
import { HTTP_TIMEOUT_MS, RETRY, type Step } from "./step.ts";

/** Steps of a workflow's own work. Expressions are written as in n8n, without the `={{ }}` around them. */

export const COMPLETE = "Complete Execution";
export const EXPLAIN = "Explain Failure";

/** What other steps left, as an expression. */
export const outputOf = (step: string): string => `$('${step}').first().json`;
/** What Rainwire gave the run to work on. */
export const INPUT = `${outputOf("Claim Execution")}.input`;
export const CONFIG = outputOf("Config");
const DELIVERY = outputOf("Read Delivery");
export const EXECUTION_ID = `${DELIVERY}.executionId`;

export const expression = (text: string): string => `={{ ${text} }}`;

interface Place {
  next: string;
  row?: number;
}

interface Request {
  method: "GET" | "POST" | "PUT" | "PATCH";
  /** An expression below `callbackurl`, such as `'/v1/goals/' + id`. */
  path: string;
  /** An expression of the JSON body. */
  body?: string;
}

/** The node parameters of a call back to Rainwire with the run's token, in the delivery's trace. */
export const callParameters = ({ method, path, body }: Request): object => ({
  method,
  url: expression(`${DELIVERY}.hooksUrl + ${path}`),
  sendHeaders: true,
  specifyHeaders: "keypair",
  headerParameters: {
    parameters: ["authorization", "traceparent"].map((name) => ({ name, value: expression(`${DELIVERY}.${name}`) })),
  },
  ...(body === undefined
    ? {}
    : { sendBody: true, contentType: "json", specifyBody: "json", jsonBody: expression(`JSON.stringify(${body})`) }),
  options: { timeout: HTTP_TIMEOUT_MS },
});

/** An operation of `/v1` that the run calls back; its refusals and failures go to "Explain Failure". */
export const call = (name: string, request: Request, { next, row = 0 }: Place): Step => ({
  name,
  type: "n8n-nodes-base.httpRequest",
  typeVersion: 4.5,
  parameters: callParameters(request),
  next: [[next], [EXPLAIN]],
  section: "work",
  row,
  retry: RETRY,
  hasErrorOutput: true,
});

/** A Code node: a file of code/ and the call that makes its one item. */
export const code = (name: string, file: string, makes: string, { next, row = 0 }: Place): Step => ({
  name,
  type: "n8n-nodes-base.code",
  typeVersion: 2,
  parameters: {
    mode: "runOnceForAllItems",
    language: "javaScript",
    jsCode: `${readCode(file)}\nreturn [{ json: ${makes} }];\n`,
  },
  next: [[next]],
  section: "work",
  row,
});

/** An IF node over one boolean expression. */
export const decide = (name: string, condition: string, to: { yes: string; no?: string; row?: number }): Step => ({
  name,
  type: "n8n-nodes-base.if",
  typeVersion: 2.3,
  parameters: {
    conditions: conditions([{ id: "is-true", leftValue: expression(condition), ...IS_TRUE }]),
    options: {},
  },
  next: to.no === undefined ? [[to.yes]] : [[to.yes], [to.no]],
  section: "work",
  row: to.row ?? 0,
});

/** A Switch node: an output per value, and one for everything else. */
export const route = (name: string, value: string, cases: Record<string, string>, otherwise: string): Step => ({
  name,
  type: "n8n-nodes-base.switch",
  typeVersion: 3.4,
  parameters: {
    mode: "rules",
    rules: {
      values: Object.keys(cases).map((key) => ({
        conditions: conditions([
          {
            id: key,
            leftValue: expression(value),
            rightValue: key,
            operator: { type: "string", operation: "equals" },
          },
        ]),
        renameOutput: true,
        outputKey: key,
      })),
    },
    options: { fallbackOutput: "extra", renameFallbackOutput: "Anything else" },
  },
  next: [...Object.values(cases).map((step) => [step]), [otherwise]],
  section: "work",
});

/** The one node that holds a workflow's settings. */
export const config = (settings: Record<string, string | number>, next: string): Step => ({
  name: "Config",
  type: "n8n-nodes-base.set",
  typeVersion: 3.5,
  parameters: {
    mode: "manual",
    assignments: {
      assignments: Object.entries(settings).map(([name, value]) => ({ id: name, name, value, type: typeof value })),
    },
    includeOtherFields: false,
    options: {},
  },
  next: [[next]],
  section: "work",
});

/** A Wait node: goes on after so many seconds (an expression); from 65 on n8n keeps it in its database. */
export const wait = (name: string, seconds: string, { next, row = 0 }: Place): Step => ({
  name,
  type: "n8n-nodes-base.wait",
  typeVersion: 1.1,
  parameters: { resume: "timeInterval", amount: expression(seconds), unit: "seconds" },
  next: [[next]],
  section: "work",
  row,
  isWebhook: true,
});

export const IS_TRUE = {
  operator: { type: "boolean", operation: "true", singleValue: true },
  rightValue: "",
};

export const conditions = (all: object[]): object => ({
  options: { caseSensitive: true, leftValue: "", typeValidation: "strict", version: 3 },
  combinator: "and",
  conditions: all,
});
