import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  atMs: number;
}

/** How a receiver answers; a promise that never resolves hangs the request. */
export type Answer = (
  received: Received,
) => number | { status: number; headers?: Record<string, string>; body?: string } | Promise<number>;

export interface Receiver {
  url: string;
  received: Received[];
  /** 204 until a test says otherwise. */
  answer: Answer;
}

/** A real HTTP server that keeps what it gets. */
export async function openReceiver(answer: Answer = () => 204): Promise<Receiver> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const one = { headers: request.headers, body: Buffer.concat(chunks).toString("utf8"), atMs: performance.now() };
    receiver.received.push(one);
    const answered = await receiver.answer(one);
    const { status, headers = {}, body = "" } = typeof answered === "number" ? { status: answered } : answered;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // safe: it listens on TCP
  const receiver: Receiver = { url: `http://127.0.0.1:${port}/hook`, received: [], answer };
  return receiver;
}

/** Resolves once `holds` does; throws what it saw last after `withinMs`. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 8_000,
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
