import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import type { Effects } from "./effects.ts";
import { type CallbackRun, runCallbacks } from "./run-callbacks.ts";

export interface ReceiverOptions {
  signingSecret: string;
  webhookKey: string;
  dice: () => number;
  effects: Effects;
}

export interface Tally {
  requests: number;
  forged: number;
  failed: number;
  hung: number;
  vanished: number;
  repliedAfterWork: number;
  calledBack: number;
  repeatedDeliveries: number;
  callbackRepeats: number;
  callbacksRefused: number;
  claimsGrantedTwice: number;
}

export interface Receiver {
  url: string;
  tally: Tally;
  onArrival: (atMs: number) => void;
  close(): void;
}

const FAILS = 1 / 5;
const HANGS = 1 / 50;
const VANISHES = 1 / 200; // accepted, then never heard of again
const LONGEST_WORK_MS = 10;

interface Envelope {
  id: string;
  subject: string;
  subjectversion: number;
  executionid: string;
  attempt: number;
  callbackurl: string;
}

/** Plays the n8n: takes each effect once, by the webhook's stable id, and fails, hangs or forgets as its dice say. */
export async function startReceiver({ signingSecret, webhookKey, dice, effects }: ReceiverOptions): Promise<Receiver> {
  const webhook = new Webhook(signingSecret);
  const granted = new Map<string, string>();
  let isOver = false;
  const tally: Tally = {
    requests: 0,
    forged: 0,
    failed: 0,
    hung: 0,
    vanished: 0,
    repliedAfterWork: 0,
    calledBack: 0,
    repeatedDeliveries: 0,
    callbackRepeats: 0,
    callbacksRefused: 0,
    claimsGrantedTwice: 0,
  };
  const receiver: Receiver = {
    url: "",
    tally,
    onArrival: () => undefined,
    close() {
      isOver = true;
      server.closeAllConnections();
      server.close();
    },
  };

  function onGranted({ executionId, attempt, n8nExecutionId }: CallbackRun): void {
    const key = `${executionId} ${attempt}`;
    const holder = granted.get(key) ?? n8nExecutionId;
    if (holder !== n8nExecutionId) tally.claimsGrantedTwice += 1;
    granted.set(key, holder);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    if (request.method === "GET") return reply(response, 200, {});
    tally.requests += 1;
    receiver.onArrival(performance.now());
    if (!isAuthentic(request, body)) {
      tally.forged += 1;
      return reply(response, 401, {});
    }
    const envelope = JSON.parse(body) as Envelope; // safe: signed by the host
    const takeEffect = () => {
      const arrival = {
        webhookId: String(request.headers["webhook-id"]),
        eventId: envelope.id,
        subject: envelope.subject,
        subjectVersion: envelope.subjectversion,
      };
      if (!effects.take(arrival)) tally.repeatedDeliveries += 1;
    };
    const [fate, isAfterEffect, isReplyAfterWork] = [dice(), dice() < 0.5, dice() < 0.5];
    if (fate < HANGS) {
      tally.hung += 1;
      if (isAfterEffect) takeEffect();
      return;
    }
    if (fate < HANGS + FAILS) {
      tally.failed += 1;
      if (isAfterEffect) takeEffect();
      return reply(response, 500, {});
    }
    takeEffect();
    await delay(dice() * LONGEST_WORK_MS);
    if (isReplyAfterWork) {
      tally.repliedAfterWork += 1;
      return reply(response, 200, { rainwire: { status: "succeeded", result: { via: "reply" } } });
    }
    tally.calledBack += 1;
    reply(response, 202, {});
    const vanishes = dice() < VANISHES * 2; // half of all runs come here
    if (vanishes) tally.vanished += 1;
    if (vanishes && isAfterEffect) return;
    await runCallbacks(
      {
        callbackUrl: envelope.callbackurl,
        token: String(request.headers["x-rainwire-token"]),
        executionId: envelope.executionid,
        attempt: envelope.attempt,
        n8nExecutionId: String(tally.requests),
      },
      {
        vanishes,
        isOver: () => isOver,
        onGranted,
        onRefused: () => {
          tally.callbacksRefused += 1;
        },
        onRepeat: () => {
          tally.callbackRepeats += 1;
        },
      },
    );
  }

  function isAuthentic({ headers }: IncomingMessage, body: string): boolean {
    if (headers["x-rainwire-key"] !== webhookKey) return false;
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

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // safe: listens on TCP
  return receiver;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // safe: no encoding is set
  return Buffer.concat(chunks).toString("utf8");
}
