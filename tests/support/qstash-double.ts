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
  dueAtS: number;
  attempts: number;
  state: "waiting" | "delivered" | "dead";
}

export interface QstashDouble {
  readonly baseUrl: string;
  readonly kept: readonly Kept[];
  /** Headers of each publication, as the SDK sent them. */
  readonly published: readonly Readonly<Record<string, string>>[];
  signingKey: string;
  /** Its own clock, in seconds from the start. Lets it come to this time, and delivers what is due, each try a minute after the last. */
  run(untilS: number): Promise<void>;
  /** A delivery of this message as it would be sent now. */
  deliveryOf(message: Kept): Promise<RequestInit & { headers: Record<string, string> }>;
  close(): Promise<void>;
}

export interface QstashDoubleOptions {
  readonly token: string;
  readonly signingKey: string;
  /** Posts a delivery. A rejection is a broken connection. */
  readonly post: (url: string, init: RequestInit) => Promise<Response>;
}

const RETRY_S = 60;
const DEFAULT_RETRIES = 3;

/** QStash's protocol as documented (publish, delay, retries, deduplication, callbacks, signatures); the SDK is its judge. */
export async function qstashDouble({ token, signingKey, post }: QstashDoubleOptions): Promise<QstashDouble> {
  const kept: Kept[] = [];
  const published: Record<string, string>[] = [];
  const byDeduplicationId = new Map<string, string>();
  let nowS = 0;

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
    else message.dueAtS += RETRY_S;
    if (message.state === "delivered") call(message.callback, message, response);
    if (message.state === "dead") call(message.failureCallback, message, response);
  }

  function call(
    url: string | undefined,
    { messageId, url: source, attempts }: Kept,
    response: Response | undefined,
  ): void {
    if (url === undefined) return;
    const told = { status: response?.status ?? 0, sourceMessageId: messageId, url: source, retried: attempts - 1 };
    const headers = { "content-type": "application/json" };
    const rest = { retries: DEFAULT_RETRIES, callback: undefined, failureCallback: undefined, dueAtS: nowS };
    keep({ messageId: `msg_${randomUUID()}`, url, body: JSON.stringify(told), headers, ...rest });
  }

  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const url = /^\/v2\/publish\/(.+)$/.exec(request.url ?? "")?.[1];
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401, { error: "invalid token" });
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
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return double;
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
