import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";

/** What the double keeps of a publication. */
export interface Kept {
  readonly messageId: string;
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly retries: number;
  readonly callback: string | undefined;
  readonly failureCallback: string | undefined;
  readonly flow: { readonly key: string; readonly parallelism: number } | undefined;
  dueAtS: number;
  attempts: number;
  state: "waiting" | "under way" | "delivered" | "dead";
}

export interface QstashDouble {
  readonly baseUrl: string;
  readonly kept: readonly Kept[];
  /** Headers of each publication, as the SDK sent them. */
  readonly published: readonly Readonly<Record<string, string>>[];
  signingKey: string;
  /** Its own clock, in seconds from the start. Lets it come to this time, and delivers what is due, each try a minute after the last. */
  run(untilS: number): Promise<void>;
  /** From now on its clock is the real one: it delivers what is due, many at once within their flow's limit, until it is closed. */
  follow(): void;
  /** The most deliveries of a flow that were under way at once. */
  readonly mostAtOnce: ReadonlyMap<string, number>;
  /** A delivery of this message as it would be sent now. */
  deliveryOf(message: Kept): Promise<RequestInit & { headers: Record<string, string> }>;
  close(): Promise<void>;
}

export interface QstashDoubleOptions {
  readonly token: string;
  readonly signingKey: string;
  /** Posts a delivery. A rejection is a broken connection. */
  readonly post: (url: string, init: RequestInit) => Promise<Response>;
  /** Between two tries of a message whose answer names no time. */
  readonly retryS?: number;
}

const RETRY_S = 60;
const TICK_MS = 10;
const DEFAULT_RETRIES = 3;

/** QStash's protocol as documented (publish, batch, delay, retries, Retry-After, deduplication, flow control, callbacks, signatures); the SDK is its judge. */
export async function qstashDouble({
  token,
  signingKey,
  post,
  retryS = RETRY_S,
}: QstashDoubleOptions): Promise<QstashDouble> {
  const kept: Kept[] = [];
  const published: Record<string, string>[] = [];
  const byDeduplicationId = new Map<string, string>();
  const underWay = new Map<string, number>();
  const mostAtOnce = new Map<string, number>();
  let nowS = 0;
  let timer: NodeJS.Timeout | undefined;

  function publish(url: string, headers: Record<string, string>, body: string): object {
    published.push(headers);
    const deduplicationId = headers["upstash-deduplication-id"];
    const known = deduplicationId === undefined ? undefined : byDeduplicationId.get(deduplicationId);
    if (known !== undefined) return { messageId: known, deduplicated: true };
    const messageId = `msg_${randomUUID()}`;
    if (deduplicationId !== undefined) byDeduplicationId.set(deduplicationId, messageId);
    keep({
      messageId,
      url,
      body,
      headers: forwarded(headers),
      retries: Number(headers["upstash-retries"] ?? DEFAULT_RETRIES),
      callback: headers["upstash-callback"],
      failureCallback: headers["upstash-failure-callback"],
      flow: flowOf(headers),
      dueAtS: nowS + Number.parseInt(headers["upstash-delay"] ?? "0", 10),
    });
    return { messageId };
  }

  function keep(message: Omit<Kept, "attempts" | "state">): void {
    kept.push({ ...message, attempts: 0, state: "waiting" });
  }

  async function deliveryOf({ messageId, url, body, headers, attempts }: Kept) {
    const hash = createHash("sha256").update(body).digest("base64url");
    const signature = await new SignJWT({ body: hash })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer("Upstash")
      .setSubject(url)
      .setIssuedAt()
      .setNotBefore("0s")
      .setExpirationTime("5m")
      .setJti(`jwt_${randomUUID()}`)
      .sign(new TextEncoder().encode(double.signingKey));
    const own = {
      "upstash-message-id": messageId,
      "upstash-retried": String(attempts),
      "upstash-signature": signature,
    };
    return { method: "POST", body, headers: { ...headers, ...own } };
  }

  async function attempt(message: Kept): Promise<void> {
    const delivery = await deliveryOf(message);
    message.attempts += 1;
    const response = await post(message.url, delivery).catch(() => undefined);
    const isFinal = response?.status === 489 && response.headers.get("upstash-nonretryable-error") === "true";
    if (response?.ok) message.state = "delivered";
    else if (isFinal || message.attempts > message.retries) message.state = "dead";
    else {
      message.state = "waiting";
      message.dueAtS = nowS + Number(response?.headers.get("retry-after") ?? retryS);
    }
    if (message.state === "delivered") call(message.callback, message, response);
    if (message.state === "dead") call(message.failureCallback, message, response);
  }

  async function attemptWithinFlow(message: Kept): Promise<void> {
    const key = message.flow?.key ?? message.messageId;
    const count = (underWay.get(key) ?? 0) + 1;
    underWay.set(key, count);
    mostAtOnce.set(key, Math.max(mostAtOnce.get(key) ?? 0, count));
    message.state = "under way";
    await attempt(message);
    underWay.set(key, (underWay.get(key) ?? 1) - 1);
  }

  const hasRoom = ({ flow }: Kept): boolean => flow === undefined || (underWay.get(flow.key) ?? 0) < flow.parallelism;

  function call(
    url: string | undefined,
    { messageId, url: source, body, attempts, retries }: Kept,
    response: Response | undefined,
  ): void {
    if (url === undefined) return;
    const told = {
      status: response?.status ?? 0,
      sourceMessageId: messageId,
      url: source,
      sourceBody: Buffer.from(body).toString("base64"),
      retried: attempts - 1,
      maxRetries: retries,
    };
    const headers = { "content-type": "application/json" };
    const rest = {
      retries: DEFAULT_RETRIES,
      callback: undefined,
      failureCallback: undefined,
      flow: undefined,
      dueAtS: nowS,
    };
    keep({ messageId: `msg_${randomUUID()}`, url, body: JSON.stringify(told), headers, ...rest });
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const url = /^\/v2\/publish\/(.+)$/.exec(request.url ?? "")?.[1];
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: "invalid token" });
    if (request.method === "POST" && request.url === "/v2/batch") {
      const batch = JSON.parse(await textOf(request)) as BatchItem[]; // safe: the SDK's
      return answer(
        201,
        batch.map(({ destination, headers, body }) => publish(destination, headers, body)),
      );
    }
    if (request.method !== "POST" || url === undefined) return answer(404, { error: "not found" });
    return answer(201, publish(url, headersOf(request), await textOf(request)));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));

  const double: QstashDouble = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // safe: listening on TCP
    kept,
    published,
    signingKey,
    deliveryOf,
    mostAtOnce,
    follow() {
      const startMs = Date.now() - nowS * 1000;
      timer = setInterval(() => {
        nowS = (Date.now() - startMs) / 1000;
        for (const message of kept) {
          if (message.state === "waiting" && message.dueAtS <= nowS && hasRoom(message)) attemptWithinFlow(message);
        }
      }, TICK_MS);
    },
    async run(untilS) {
      for (;;) {
        const due = kept.filter(({ state, dueAtS }) => state === "waiting" && dueAtS <= untilS);
        const next = due.toSorted((a, b) => a.dueAtS - b.dueAtS)[0];
        if (next === undefined) break;
        nowS = Math.max(nowS, next.dueAtS);
        await attempt(next);
      }
      nowS = untilS;
    },
    close() {
      clearInterval(timer);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return double;
}

interface BatchItem {
  destination: string;
  headers: Record<string, string>;
  body: string;
}

function flowOf(headers: Record<string, string>): Kept["flow"] {
  const key = headers["upstash-flow-control-key"];
  const parallelism = /parallelism=(\d+)/.exec(headers["upstash-flow-control-value"] ?? "")?.[1];
  return key === undefined || parallelism === undefined ? undefined : { key, parallelism: Number(parallelism) };
}

/** `Upstash-Forward-X` reaches the receiver as `X`; so does the content type. */
function forwarded(headers: Record<string, string>): Record<string, string> {
  const prefix = "upstash-forward-";
  const own = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
  );
  return { "content-type": headers["content-type"] ?? "text/plain", ...Object.fromEntries(own) };
}

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // safe: no encoding is set
  return Buffer.concat(chunks).toString();
}
