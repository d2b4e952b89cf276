import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerCalls } from "../processes/child.ts";

/** What n8n was measured to take for an answer. */
const ANSWER_MS = 30;

let received = 0;

/** A stub of the receiver of webhooks. */
const api = {
  open: () =>
    new Promise<number>((resolve) => {
      const server = createServer((incoming, outgoing) => {
        incoming.resume().on("end", () =>
          setTimeout(() => {
            received += 1;
            outgoing.writeHead(200, { "content-length": 2 }).end("ok");
          }, ANSWER_MS),
        );
      });
      server.keepAliveTimeout = 60_000;
      server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)); // safe: it listens on a port
    }),
  received: () => received,
};
export type ReceiverApi = typeof api;

answerCalls(api);
