import type { IncomingMessage } from "node:http";
import type { Ask } from "#shared/http/answer-at-once.ts";

/** node:http's request, as a service may be asked about it. */
export class IncomingAsk implements Ask {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly address: string;
  readonly #rawHeaders: readonly string[];

  constructor({ method = "", url = "", rawHeaders }: IncomingMessage, address: string) {
    this.method = method;
    this.pathAndQuery = url;
    this.address = address;
    this.#rawHeaders = rawHeaders;
  }

  header(name: string): string | undefined {
    const raw = this.#rawHeaders;
    let value: string | undefined;
    for (let i = 0; i < raw.length; i += 2) {
      const each = raw[i] ?? "";
      if (each.length !== name.length || (each !== name && each.toLowerCase() !== name)) continue;
      value = value === undefined ? raw[i + 1] : `${value}, ${raw[i + 1]}`;
    }
    return value;
  }
}
