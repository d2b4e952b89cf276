import { z } from "zod";

/** Sends one request and answers with its response, as global `fetch` does; the safe sender fits too. */
export type SendRequest = (request: Request) => Promise<Response>;

/** n8n's own names for the state of a run (n8n 2.41). `crashed` runs are never taken up again by n8n. */
export const N8nExecutionStatus = z.enum([
  "canceled",
  "crashed",
  "error",
  "new",
  "running",
  "success",
  "unknown",
  "waiting",
]);
export type N8nExecutionStatus = z.infer<typeof N8nExecutionStatus>;

const idText = z.union([z.string(), z.number()]).transform(String);

export const N8nExecution = z.object({
  id: idText,
  workflowId: idText,
  status: N8nExecutionStatus.catch("unknown"),
  finished: z.boolean(),
  mode: z.string(),
  startedAt: z.string().nullish(),
  stoppedAt: z.string().nullish(),
  waitTill: z.string().nullish(),
  retryOf: idText.nullish(),
  /** Only when asked for. */
  data: z.unknown().optional(),
});
export type N8nExecution = z.infer<typeof N8nExecution>;

export const N8nWorkflow = z.object({ id: idText, name: z.string(), active: z.boolean() });
export type N8nWorkflow = z.infer<typeof N8nWorkflow>;

const ExecutionPage = z.object({ data: z.array(N8nExecution), nextCursor: z.string().nullish() });
const WorkflowPage = z.object({ data: z.array(N8nWorkflow), nextCursor: z.string().nullish() });
const ErrorBody = z.object({ message: z.string() });

export type N8nApiErrorCode = "not_found" | "unauthorized" | "unreachable" | "refused" | "unexpected_answer";

/** Why a call to n8n's public API gave no result. `refused` carries n8n's own status and words. */
export class N8nApiError extends Error {
  override readonly name = "N8nApiError";
  readonly code: N8nApiErrorCode;
  /** HTTP status, absent when n8n did not answer. */
  readonly status: number | undefined;

  constructor(code: N8nApiErrorCode, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}

export interface ListExecutionsInput {
  workflowId?: string;
  status?: N8nExecutionStatus;
  /** ISO 8601; runs that started after it. */
  startedAfter?: string;
  startedBefore?: string;
  /** 1 to 250. */
  limit: number;
  cursor?: string;
  /** Adds `data`, the full record of every node's output, which may be large. */
  includeData?: boolean;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | undefined;
}

export interface N8nApi {
  getExecution(id: string, options?: { includeData?: boolean }): Promise<N8nExecution>;
  /** Newest first. */
  listExecutions(input: ListExecutionsInput): Promise<Page<N8nExecution>>;
  /** Stops a running or waiting run; one that has ended is `refused`. */
  stopExecution(id: string): Promise<void>;
  /** All of them, over as many pages as it takes. */
  listWorkflows(): Promise<N8nWorkflow[]>;
  activate(workflowId: string): Promise<N8nWorkflow>;
  deactivate(workflowId: string): Promise<N8nWorkflow>;
}

export interface N8nApiOptions {
  /** The instance's root, with or without a closing slash. */
  baseUrl: string;
  apiKey: string;
  send: SendRequest;
}

/** One call of the public API, whose answer `schema` reads. Throws `N8nApiError` when there is none. */
export type N8nCall = <Schema extends z.ZodType>(
  method: "GET" | "POST" | "PUT" | "PATCH",
  path: string,
  schema: Schema,
  body?: object,
) => Promise<z.infer<Schema>>;

/** Calls below `/api/v1` with the instance's key. */
export function createN8nCall({ baseUrl, apiKey, send }: N8nApiOptions): N8nCall {
  const root = `${baseUrl.replace(/\/+$/, "")}/api/v1`;
  return async (method, path, schema, body) => {
    const headers = { accept: "application/json", "x-n8n-api-key": apiKey };
    const request = new Request(
      `${root}${path}`,
      body === undefined
        ? { method, headers }
        : { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) },
    );
    const response = await answerOf(send, request);
    if (!response.ok) throw await refusalOf(request, response);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new N8nApiError(
      "unexpected_answer",
      `n8n answered ${method} ${new URL(request.url).pathname} in a shape this client does not know: ${z.prettifyError(parsed.error)}. Check that its version is the pinned one.`,
      { status: response.status },
    );
  };
}

/** Asks for page after page until there is none. */
export async function allPages<Item>(
  readPage: (cursor: string | undefined) => Promise<{ data: Item[]; nextCursor?: string | null | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    items.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** A client of n8n's public API v1. Every method throws `N8nApiError` when it has no result. */
export function createN8nApi(options: N8nApiOptions): N8nApi {
  const call = createN8nCall(options);
  return {
    getExecution: (id, { includeData = false } = {}) =>
      call("GET", `/executions/${encodeURIComponent(id)}?includeData=${includeData}`, N8nExecution),

    async listExecutions(input) {
      const page = await call("GET", `/executions?${query(input)}`, ExecutionPage);
      return { items: page.data, nextCursor: page.nextCursor ?? undefined };
    },

    async stopExecution(id) {
      await call("POST", `/executions/${encodeURIComponent(id)}/stop`, z.unknown());
    },

    listWorkflows: () =>
      allPages((cursor) =>
        call("GET", `/workflows?${query({ limit: 250, cursor, excludePinnedData: true })}`, WorkflowPage),
      ),

    activate: (workflowId) => call("POST", `/workflows/${encodeURIComponent(workflowId)}/activate`, N8nWorkflow),
    deactivate: (workflowId) => call("POST", `/workflows/${encodeURIComponent(workflowId)}/deactivate`, N8nWorkflow),
  };
}

async function answerOf(send: SendRequest, request: Request): Promise<Response> {
  try {
    return await send(request);
  } catch (cause) {
    throw new N8nApiError("unreachable", `n8n at ${new URL(request.url).origin} did not answer. Is it running?`, {
      cause,
    });
  }
}

async function refusalOf(request: Request, response: Response): Promise<N8nApiError> {
  const { status } = response;
  const what = `${request.method} ${new URL(request.url).pathname}`;
  const body = ErrorBody.safeParse(await response.json().catch(() => undefined));
  const words = body.success ? body.data.message : "no reason given";
  if (status === 404) return new N8nApiError("not_found", `n8n knows nothing at ${what}: ${words}`, { status });
  if (/licen[sc]e/i.test(words)) {
    return new N8nApiError("refused", `This n8n's licence does not allow ${what}: ${words}`, { status });
  }
  if (status === 401 || status === 403) {
    return new N8nApiError("unauthorized", `n8n refused the API key for ${what}: ${words}. Make a new key in n8n.`, {
      status,
    });
  }
  if (status >= 502 && status <= 504) {
    return new N8nApiError(
      "unreachable",
      `n8n answered ${what} with ${status}: it is starting, stopping or overloaded.`,
      { status },
    );
  }
  return new N8nApiError("refused", `n8n answered ${what} with ${status}: ${words}`, { status });
}

/** A query string of what is defined. */
export function query(values: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, String(value));
  return search.toString();
}
