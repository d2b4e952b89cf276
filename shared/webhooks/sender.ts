export interface OutgoingRequest {
  method: "GET" | "POST" | "DELETE" | "PURGE";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Covers the whole exchange: name look-up, connection, answer and its body. */
  timeoutMs: number;
  /** The operator registered this host (an n8n instance), so it may be reached although its address is private. */
  isOperatorHost?: boolean;
  /** More of an answer than this is an error. Default 1 MiB. */
  maxResponseBytes?: number;
}

export type SendResult =
  | { kind: "answered"; status: number; headers: Headers; body: string }
  | { kind: "refused"; reason: string } // by our own rules: the request never left
  | { kind: "failed"; reason: string }; // no connection, time-out, or an answer too large

/**
 * The one way out. Resolves the name once and connects to that address; refuses private, loopback, link-local and
 * reserved ones unless the operator allow-lists the host (`ALLOWED_HOSTS`); follows no redirect; caps time and size.
 * Never throws.
 */
export interface Sender {
  send(request: OutgoingRequest): Promise<SendResult>;
}
