import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { answerCalls, nowMs } from "../processes/child.ts";

/** A request as it came, for a look at its signature. */
export interface Sample {
  headers: Record<string, string>;
  body: string;
}

interface Wait {
  count: number;
  resolve(): void;
}

const ANSWER = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
const HEAD_END = Buffer.from("\r\n\r\n");
const MOST_WAIT_MS = 120_000;

let arrivals = new Map<string, number>();
let repeatCount = 0;
let hungCount = 0;
let sample: Sample | undefined;
let wait: Wait | undefined;

function arrive(head: string, body: () => string): void {
  const atMs = nowMs();
  const path = head.slice(head.indexOf(" ") + 1, head.indexOf(" HTTP/"));
  const key = `${/\r\nwebhook-id: *([^\r]+)/i.exec(head)?.[1] ?? ""} ${path}`;
  sample ??= { headers: headersOf(head), body: body() };
  if (arrivals.has(key)) repeatCount += 1;
  else arrivals.set(key, atMs);
  if (wait && arrivals.size >= wait.count) wait.resolve();
}

const headersOf = (head: string): Record<string, string> =>
  Object.fromEntries(
    head
      .split("\r\n")
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );

/** Reads requests with a content-length off a connection, and no more HTTP than that: it must not be what is measured. */
function onConnection(socket: Socket, isHanging: boolean): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const headLength = rest.indexOf(HEAD_END);
      if (headLength < 0) return;
      const head = rest.toString("latin1", 0, headLength);
      const bodyLength = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const bodyStart = headLength + HEAD_END.length;
      if (rest.length < bodyStart + bodyLength) return;
      const bytes = rest.subarray(bodyStart, bodyStart + bodyLength);
      rest = rest.subarray(bodyStart + bodyLength);
      if (isHanging) hungCount += 1;
      else {
        arrive(head, () => bytes.toString("utf8"));
        socket.write(ANSWER);
      }
    }
  });
}

const listen = async (isHanging: boolean): Promise<number> => {
  const server: Server = createServer((socket) => onConnection(socket, isHanging));
  await new Promise<void>((resolve) => server.listen({ port: 0, host: "127.0.0.1", backlog: 1024 }, resolve));
  return (server.address() as AddressInfo).port; // safe: listens on TCP
};

const api = {
  /** The ports of a receiver that answers at once, and of one that never does. */
  open: async (): Promise<{ livePort: number; hangingPort: number }> => ({
    livePort: await listen(false),
    hangingPort: await listen(true),
  }),
  /** Forgets what came so far. */
  clear(): void {
    arrivals = new Map();
    repeatCount = 0;
    hungCount = 0;
    sample = undefined;
  },
  /** Resolves once so many different requests came, or after two minutes. */
  async until(count: number): Promise<void> {
    if (arrivals.size >= count) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, MOST_WAIT_MS);
      wait = {
        count,
        resolve() {
          clearTimeout(timer);
          wait = undefined;
          resolve();
        },
      };
    });
  },
  /** What came: `webhook-id` and path, with the time of the first one. */
  read: (): { arrivals: [key: string, atMs: number][]; repeatCount: number; hungCount: number; sample?: Sample } => ({
    arrivals: [...arrivals],
    repeatCount,
    hungCount,
    ...(sample === undefined ? {} : { sample }),
  }),
};

export type ReceiverApi = typeof api;

answerCalls(api);
