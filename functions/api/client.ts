import type { z } from "zod";
import type { Problem } from "#shared/http/problem.ts";
import type { Operations } from "./operations.ts";
import { PATHS } from "./paths.ts";

/** A client of the API, typed from the schemas of its operations; at run time it is `fetch` and a table of paths. */

export interface ClientOptions {
  /** Where the deployment is, e.g. `https://api.example.com`. */
  baseUrl: string;
  /** An API key, or the token of a session. */
  token: string;
  /** Default: the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

export type OperationName = keyof Operations;

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
type Part<Request, Name extends string, As extends string> =
  Request extends Record<Name, infer Schema>
    ? Record<never, never> extends InputOf<Schema>
      ? { [K in As]?: InputOf<Schema> }
      : { [K in As]: InputOf<Schema> }
    : unknown;
type Body<Request> = Request extends { body: { content: { "application/json": { schema: infer Schema } } } }
  ? { body: InputOf<Schema> }
  : unknown;
type RequestOf<Name extends OperationName> = Operations[Name] extends { request: infer Request } ? Request : unknown;

/** What an operation takes: `params`, `query`, `headers` and `body`, as far as it has them. */
export type Input<Name extends OperationName> = Part<RequestOf<Name>, "params", "params"> &
  Part<RequestOf<Name>, "query", "query"> &
  Part<RequestOf<Name>, "headers", "headers"> &
  Body<RequestOf<Name>>;

type DataOf<Response> = Response extends { content: { "application/json": { schema: infer Schema } } }
  ? Schema extends z.ZodType
    ? z.output<Schema>
    : never
  : undefined;
type Responses<Name extends OperationName> = Operations[Name]["responses"];

/** What comes back: the data of the answer's status, or the problem. */
export type Result<Name extends OperationName> =
  | {
      [Status in keyof Responses<Name> & number]: { ok: true; status: Status; data: DataOf<Responses<Name>[Status]> };
    }[keyof Responses<Name> & number]
  | { ok: false; status: number; problem: Problem };

type Arguments<Name extends OperationName> =
  Record<never, never> extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>];

export type Client = {
  [Name in Exclude<OperationName, "followExecution" | "getDocs">]: (...args: Arguments<Name>) => Promise<Result<Name>>;
};

interface AnyInput {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
  body?: unknown;
}

/**
 * A function for each operation that speaks JSON: `client.createGoal({ body: { title } })`. A refused request is
 * `ok: false` with its problem document; throws where no answer comes, or one that is not Rainwire's.
 */
export function createClient({ baseUrl, token, fetch: send = fetch }: ClientOptions): Client {
  const call = async (name: OperationName, input: AnyInput = {}) => {
    const response = await send(toRequest(baseUrl, token, PATHS[name], input));
    const data = await readJson(response, PATHS[name]);
    return response.ok
      ? { ok: true, status: response.status, data }
      : { ok: false, status: response.status, problem: data };
  };
  const names = Object.keys(PATHS) as OperationName[]; // safe: the table's own keys
  const functions = names.map((name) => [name, (input?: AnyInput) => call(name, input)]);
  return Object.fromEntries(functions) as Client; // safe: each has the shapes of its route, which the server checks
}

async function readJson(response: Response, line: string): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  if (/\bjson\b/.test(response.headers.get("content-type") ?? "")) return JSON.parse(text);
  throw new Error(`${line} was answered with ${response.status} and no JSON: check that baseUrl is a Rainwire.`);
}

function toRequest(baseUrl: string, token: string, line: string, { params, query, headers, body }: AnyInput): Request {
  const [method = "", template = ""] = line.split(" ");
  const path = template.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params?.[key] ?? ""));
  const url = new URL(baseUrl.replace(/\/$/, "") + path);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  const all = new Headers({ authorization: `Bearer ${token}`, accept: "application/json, application/problem+json" });
  for (const [key, value] of Object.entries(headers ?? {})) if (value !== undefined) all.set(key, String(value));
  if (body === undefined) return new Request(url, { method, headers: all });
  all.set("content-type", "application/json");
  return new Request(url, { method, headers: all, body: JSON.stringify(body) });
}
