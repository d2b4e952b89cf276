import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import type { Effects } from "../chaos-events/effects.ts";

/** Of the first requests; the next one for the same event is answered, since the schedule goes from seconds to minutes. */
const FAILS = 0.005;
const HANGS = 0.0005;

export interface Tally {
  requests: number;
  failed: number;
  hung: number;
  forged: number;
  /** Deliveries whose effect was taken before, told by their stable id. */
  repeated: number;
}

export interface Receiver {
  url: string;
  tally: Tally;
  /** An endpoint's path, what it keeps, and the secret that signs for it. */
  add(path: string, effects: Effects, secret: string): void;
  onArrival: (atMs: number) => void;
  close(): void;
}

interface Envelope {
  id: string;
  subject: string;
  subjectversion: number;
}

/** Tenants' servers: they take each effect once, by the webhook's stable id, and fail or hang as the dice say. */
export async function startReceiver(dice: () => number): Promise<Receiver> {
  const endpoints = new Map<string, { effects: Effects; webhook: Webhook }>();
  const spared = new Set<string>();
  const tally: Tally = { requests: 0, failed: 0, hung: 0, forged: 0, repeated: 0 };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const endpoint = endpoints.get(request.url ?? "");
    if (!endpoint) return reply(response, 404);
    tally.requests += 1;
    receiver.onArrival(performance.now());
    if (!isAuthentic(endpoint.webhook, request, body)) {
      tally.forged += 1;
      return reply(response, 401);
    }
    const { id, subject, subjectversion } = JSON.parse(body) as Envelope; // safe: signed by the host
    const arrival = {
      webhookId: String(request.headers["webhook-id"]),
      eventId: id,
      subject,
      subjectVersion: subjectversion,
    };
    const [thrown, isAfterEffect] = [dice(), dice() < 0.5];
    const key = `${id} ${request.url}`;
    const fate = spared.has(key) ? 1 : thrown;
    if (fate < HANGS + FAILS) spared.add(key);
    const doesHang = fate < HANGS;
    const doesFail = !doesHang && fate < HANGS + FAILS;
    if ((!doesHang && !doesFail) || isAfterEffect) {
      if (!endpoint.effects.take(arrival)) tally.repeated += 1;
    }
    if (doesHang) {
      tally.hung += 1;
      return;
    }
    if (doesFail) tally.failed += 1;
    reply(response, doesFail ? 500 : 204);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // safe: listens on TCP
    tally,
    add(path, effects, secret) {
      endpoints.set(path, { effects, webhook: new Webhook(secret) });
    },
    onArrival: () => undefined,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}

const reply = (response: ServerResponse, status: number): void => {
  response.writeHead(status).end();
};

function isAuthentic(webhook: Webhook, { headers }: IncomingMessage, body: string): boolean {
  try {
    webhook.verify(body, {
      "webhook-id": String(headers["webhook-id"]),
      "webhook-timestamp": String(headers["webhook-timestamp"]),
      "webhook-signature": String(headers["webhook-signature"]),
    });
    return true;
  } catch {
    return false;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // safe: no encoding is set
  return Buffer.concat(chunks).toString("utf8");
}
