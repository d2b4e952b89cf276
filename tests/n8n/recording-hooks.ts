import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that a workflow made, below `/hooks`. */
interface Recorded {
  method: string;
  path: string;
  authorization: string | undefined;
  traceparent: string | undefined;
  body: unknown;
}

interface Answer {
  status: number;
  body: unknown;
}

export interface RecordingHooks {
  /** The `callbackurl` of a delivery. */
  readonly url: string;
  /** In the order in which they came. */
  readonly calls: Recorded[];
  /** Answers calls of `method path` from now on; the last one given holds. */
  answer(route: string, answer: unknown, status?: number): void;
  /** Leaves calls of `method path` without an answer. */
  hold(route: string): void;
  callsTo(route: string): Recorded[];
  close(): Promise<void>;
}

/** Stands where Rainwire's hooks would: records every call and answers what the test states, else 404. */
export async function startRecordingHooks(): Promise<RecordingHooks> {
  const calls: Recorded[] = [];
  const answers = new Map<string, Answer>();
  const held = new Set<string>();
  const server = createServer((request, response) => {
    readJson(request).then(
      (body) => {
        const { authorization, traceparent } = request.headers;
        const method = request.method ?? "";
        const path = (request.url ?? "").replace(/^\/hooks/, "");
        calls.push({ method, path, authorization, traceparent: [traceparent].flat()[0], body });
        if (held.has(`${method} ${path}`)) return;
        const missing = { status: 404, body: { title: "Not found", detail: `There is nothing at ${path}.` } };
        const answer = answers.get(`${method} ${path}`) ?? missing;
        response.writeHead(answer.status, {
          "content-type": answer.status < 400 ? "application/json" : "application/problem+json",
        });
        response.end(JSON.stringify(answer.body));
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    calls,
    answer: (route, body, status = 200) => answers.set(route, { status, body }),
    hold: (route) => held.add(route),
    callsTo: (route) => calls.filter(({ method, path }) => `${method} ${path}` === route),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
