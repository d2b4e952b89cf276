import type { Logger } from "#shared/kernel/logger.ts";
import type { OutgoingRequest, Sender } from "#shared/webhooks/sender.ts";

/** How a CDN is told. */
export const CDN_KINDS = ["cloudflare", "fastly", "varnish"] as const;
export type CdnKind = (typeof CDN_KINDS)[number];

export interface Cdn {
  readonly kind: CdnKind;
  readonly url: string;
  readonly token: string | undefined;
}

/** Tells a CDN in front that answers with these tags have changed. */
export interface CdnPurger {
  /** Resolves when it was told, or not told in spite of trying again, which is logged. Never rejects. */
  purge(tags: readonly string[]): Promise<void>;
}

export interface CdnPurgerOptions {
  readonly cdn: Cdn;
  readonly sender: Sender;
  readonly log: Logger;
  /** Whether a request's tags may go with another's: not where each has I/O of its own. */
  readonly sharesWork: boolean;
  readonly sleep?: (ms: number) => Promise<void>;
}

const GATHER_MS = 100;
const TRIES = 4;
const PAUSE_MS = 500;
const TIMEOUT_MS = 5_000;

interface Dialect {
  /** Of one call: what a body may name, or what a header of a few KiB holds. */
  readonly mostTags: number;
  ask(tags: readonly string[], token: string | undefined): Pick<OutgoingRequest, "method" | "headers" | "body">;
  isTold(status: number): boolean;
}

const isOk = (status: number): boolean => status >= 200 && status < 300;

const DIALECTS: Readonly<Record<CdnKind, Dialect>> = {
  // https://developers.cloudflare.com/api/resources/cache/methods/purge/ : the URL ends in /zones/<id>/purge_cache
  cloudflare: {
    mostTags: 30,
    ask: (tags, token) => ({
      method: "POST",
      headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ tags }),
    }),
    isTold: isOk,
  },
  // https://www.fastly.com/documentation/reference/api/purging/ : the URL ends in /service/<id>/purge
  fastly: {
    mostTags: 100,
    ask: (tags, token) => ({
      method: "POST",
      headers: {
        accept: "application/json",
        "surrogate-key": tags.join(" "),
        ...(token !== undefined && { "fastly-key": token }),
      },
    }),
    isTold: isOk,
  },
  // vmod_xkey; the VCL answers 404 when it keeps nothing with such a key
  varnish: {
    mostTags: 40,
    ask: (tags, token) => ({
      method: "PURGE",
      headers: { xkey: tags.join(" "), ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    }),
    isTold: (status) => isOk(status) || status === 404,
  },
};

/** A purger that gathers tags for a moment, so that many changes become one call. */
export function createCdnPurger(options: CdnPurgerOptions): CdnPurger {
  const { cdn, sender, log, sharesWork } = options;
  const { sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) } = options;
  const dialect = DIALECTS[cdn.kind];
  let gathering: { readonly tags: Set<string>; readonly sent: Promise<void> } | undefined;

  async function tell(tags: readonly string[]): Promise<void> {
    for (let i = 0; i < tags.length; i += dialect.mostTags) await tellSome(tags.slice(i, i + dialect.mostTags));
  }

  async function tellSome(tags: readonly string[]): Promise<void> {
    let reason = "";
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) await sleep(PAUSE_MS * 2 ** (attempt - 1));
      const asked = dialect.ask(tags, cdn.token);
      // Its host is the operator's choice, so it may be a private one.
      const result = await sender.send({ url: cdn.url, timeoutMs: TIMEOUT_MS, isOperatorHost: true, ...asked });
      if (result.kind === "answered" && dialect.isTold(result.status)) return;
      reason = result.kind === "answered" ? `it answered ${result.status}` : result.reason;
      if (result.kind === "answered" && result.status < 500 && result.status !== 429) break;
    }
    log.error("the CDN was not told of a change, and may show what was until its time is up", {
      reason,
      tags: tags.join(" "),
    });
  }

  async function gather(tags: Set<string>): Promise<void> {
    await sleep(GATHER_MS);
    gathering = undefined; // what comes from now on may have changed after this call
    await tell([...tags]);
  }

  return {
    async purge(tags) {
      if (tags.length === 0) return;
      if (!sharesWork) return await tell([...new Set(tags)]);
      if (!gathering) {
        const gathered = new Set<string>();
        gathering = { tags: gathered, sent: gather(gathered) };
      }
      for (const tag of tags) gathering.tags.add(tag);
      await gathering.sent;
    },
  };
}
