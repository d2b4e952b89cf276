/** How the body travels. Only JSON is used by Rainwire's own handlers. */
export type ContentType = "json" | "text" | "bytes";

export interface SendOptions {
  contentType?: ContentType;
  /** Seconds before the message may be handled; 0 to 43,200 on Cloudflare. */
  delaySeconds?: number;
}

export interface MessageSendRequest<Body> extends SendOptions {
  body: Body;
}

export interface Queue<Body = unknown> {
  send(body: Body, options?: SendOptions): Promise<void>;
  sendBatch(messages: Iterable<MessageSendRequest<Body>>, options?: { delaySeconds?: number }): Promise<void>;
}

export interface RetryOptions {
  delaySeconds?: number;
}

export interface Message<Body = unknown> {
  readonly id: string;
  readonly timestamp: Date;
  readonly body: Body;
  /** 1 on the first delivery. */
  readonly attempts: number;
  ack(): void;
  retry(options?: RetryOptions): void;
}

export interface MessageBatch<Body = unknown> {
  readonly queue: string;
  readonly messages: readonly Message<Body>[];
  ackAll(): void;
  retryAll(options?: RetryOptions): void;
}
