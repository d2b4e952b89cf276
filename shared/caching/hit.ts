import type { CachedRoute, StoredAnswer } from "./response-cache.ts";

/** An answer that was kept, as one request gets it. */
export interface Hit {
  readonly route: CachedRoute;
  readonly status: 200 | 404;
  readonly body: string;
  readonly etag: string;
  /** All of them, lower case; what belongs to one request (`x-request-id`, `traceparent`) is to be added. */
  readonly headers: Readonly<Record<string, string>>;
  /** The same and `content-length`, names and values in turn. */
  readonly headerList: readonly string[];
  /** Of the body in UTF-8. */
  readonly bodyBytes: number;
}

/** What is made of an answer at its first hit. */
export type Sent = Pick<Hit, "headerList" | "bodyBytes">;

export function sentOf({ headers, body }: StoredAnswer): Sent {
  const bodyBytes = new TextEncoder().encode(body).length;
  return { headerList: [...Object.entries(headers).flat(), "content-length", String(bodyBytes)], bodyBytes };
}

/** A hit of an answer that is kept. Its headers in the one form or the other are made when they are asked for. */
export class KeptHit implements Hit {
  readonly #answer: StoredAnswer;
  readonly #sent: Sent;
  readonly #age: string;
  readonly #cacheStatus: string;

  /** @param leftMs until it is no longer fresh; negative: since then */
  constructor(answer: StoredAnswer, sent: Sent, ageMs: number, leftMs: number) {
    this.#answer = answer;
    this.#sent = sent;
    this.#age = String(Math.max(0, Math.floor(ageMs / 1_000)));
    this.#cacheStatus = `rainwire; hit; ttl=${Math.floor(leftMs / 1_000)}`;
  }

  get route() {
    return this.#answer.route;
  }
  get status() {
    return this.#answer.status;
  }
  get body() {
    return this.#answer.body;
  }
  get bodyBytes() {
    return this.#sent.bodyBytes;
  }
  get etag() {
    return this.#answer.etag;
  }
  get headers() {
    return { ...this.#answer.headers, age: this.#age, "cache-status": this.#cacheStatus };
  }
  get headerList() {
    return [...this.#sent.headerList, "age", this.#age, "cache-status", this.#cacheStatus];
  }
}
