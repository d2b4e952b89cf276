import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { upstashFront } from "./upstash-front.ts";

/** The front on loopback, for callers that reach it over HTTP. */
export interface UpstashServer {
  readonly url: string;
  readonly token: string;
  close(): Promise<void>;
}

export async function serveUpstash(redisUrl: string): Promise<UpstashServer> {
  const token = "a REST token of the tests";
  const front = upstashFront(redisUrl, token);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // safe: no encoding is set
    const answer = await front.answer(
      new Request(`http://127.0.0.1${request.url}`, {
        method: request.method ?? "GET",
        headers: new Headers(request.headers as Record<string, string>), // safe: the SDK repeats none
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      }),
    );
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  }).listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // safe: listening on TCP
    token,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await front.close();
    },
  };
}
