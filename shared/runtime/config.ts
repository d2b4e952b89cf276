import { z } from "zod";
import { CDN_KINDS, type Cdn } from "#shared/caching/purge-cdn.ts";

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ""));
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
const list = z
  .string()
  .default("")
  .transform((text) => text.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()])));

/** The env that Rainwire's functions read. Secrets have no default. */
const Env = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "must begin with postgres:// or postgresql://"),
  REDIS_URL: optional(z.string().regex(/^rediss?:\/\//, "must begin with redis:// or rediss://")),
  UPSTASH_REDIS_REST_URL: optional(url),
  UPSTASH_REDIS_REST_TOKEN: optional(z.string()),
  RAINWIRE_SECRET: z.string().min(32, "must have at least 32 characters"),
  QSTASH_URL: url.default("https://qstash.upstash.io"),
  QSTASH_TOKEN: optional(z.string()),
  QSTASH_CURRENT_SIGNING_KEY: optional(z.string()),
  QSTASH_NEXT_SIGNING_KEY: optional(z.string()),
  QUEUES: z.enum(["platform", "qstash"]).default("platform"),
  TICKETS_URL: optional(url),
  PUBLIC_URL: url,
  HOOKS_URL: optional(url),
  ALLOWED_HOSTS: list,
  TRUSTED_PROXIES: list.pipe(
    z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], "must be addresses or ranges, such as 10.0.0.0/8")),
  ),
  FORWARDED_HEADER: z
    .string()
    .toLowerCase()
    .pipe(z.enum(["x-forwarded-for", "forwarded"]))
    .default("x-forwarded-for"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
  CDN_PURGE: optional(z.enum(CDN_KINDS)),
  CDN_PURGE_URL: optional(url),
  CDN_PURGE_TOKEN: optional(z.string()),
});

/** What QStash's queues need: without the keys nothing that it delivers could be believed. */
export const QSTASH_SECRETS = ["QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"] as const;

/** Secrets that may be left out: the manifest's language has no word for it. */
export const OPTIONAL_SECRETS: readonly string[] = [
  "REDIS_URL", // may carry a password
  "UPSTASH_REDIS_REST_URL",
  "UPSTASH_REDIS_REST_TOKEN",
  "CDN_PURGE_TOKEN",
  ...QSTASH_SECRETS,
];

/** What the env says, checked and typed. */
export interface Config {
  databaseUrl: string;
  /** A Redis that processes share; undefined: each remembers for itself. */
  redisUrl?: string | undefined;
  /** The Redis that isolates share, over REST; undefined: each remembers for itself. */
  upstash?: { readonly url: string; readonly token: string } | undefined;
  /** Undefined members were left out: then nothing is published, or no delivery is taken. */
  qstash: {
    baseUrl: string;
    token: string | undefined;
    currentSigningKey: string | undefined;
    nextSigningKey: string | undefined;
  };
  queues: {
    /** What carries the outbox's tickets where the outbox is not the queue itself. */
    via: "platform" | "qstash";
    /** Where QStash delivers them, followed by the queue's name. */
    ticketsUrl: string;
  };
  secret: string;
  /** Where consumers reach this deployment; no trailing slash. */
  publicUrl: string;
  /** Where n8n reaches the `hooks` service; default `<publicUrl>/hooks`. */
  hooksUrl: string;
  /** Hosts that outgoing requests may reach although their address is private: `name` or `name:port`. */
  allowedHosts: readonly string[];
  /** Of a Node host: whom it believes for whom they speak. */
  proxies: {
    /** Addresses and CIDR ranges. Empty: nobody. */
    readonly trustedProxies: readonly string[];
    /** The one header in which they say so, lower case. A header that they only pass on is the client's. */
    readonly forwardedHeader: "x-forwarded-for" | "forwarded";
  };
  logLevel: "debug" | "info" | "warn" | "error";
  /** A CDN in front that is told when public answers change; undefined: none is. */
  cdn?: Cdn | undefined;
}

/** Thrown at start. Names what is missing or wrong, never a value. */
export class ConfigError extends Error {
  constructor(problems: readonly string[]) {
    super(`The environment is not complete:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

export function readConfig(env: object): Config {
  const parsed = Env.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  }
  const { data } = parsed;
  return {
    databaseUrl: data.DATABASE_URL,
    redisUrl: data.REDIS_URL,
    upstash: upstashOf(data),
    qstash: {
      baseUrl: data.QSTASH_URL,
      token: data.QSTASH_TOKEN,
      currentSigningKey: data.QSTASH_CURRENT_SIGNING_KEY,
      nextSigningKey: data.QSTASH_NEXT_SIGNING_KEY,
    },
    queues: { via: queuesVia(data), ticketsUrl: data.TICKETS_URL ?? `${data.PUBLIC_URL}/tickets` },
    secret: data.RAINWIRE_SECRET,
    publicUrl: data.PUBLIC_URL,
    hooksUrl: data.HOOKS_URL ?? `${data.PUBLIC_URL}/hooks`,
    allowedHosts: data.ALLOWED_HOSTS,
    proxies: { trustedProxies: data.TRUSTED_PROXIES, forwardedHeader: data.FORWARDED_HEADER },
    logLevel: data.LOG_LEVEL,
    cdn: cdnOf(data),
  };
}

function cdnOf({ CDN_PURGE: kind, CDN_PURGE_URL: url, CDN_PURGE_TOKEN: token }: z.infer<typeof Env>): Config["cdn"] {
  if (kind === undefined && url === undefined) return undefined;
  if (kind === undefined) throw new ConfigError(["CDN_PURGE: is needed with CDN_PURGE_URL, to say how it is told"]);
  if (url === undefined) throw new ConfigError(["CDN_PURGE_URL: is needed with CDN_PURGE, where it takes purges"]);
  return { kind, url, token };
}

function upstashOf(data: z.infer<typeof Env>): Config["upstash"] {
  const { UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = data;
  if (url !== undefined && token !== undefined) return { url, token };
  if (url === undefined && token === undefined) return undefined;
  const missing = url === undefined ? "UPSTASH_REDIS_REST_URL" : "UPSTASH_REDIS_REST_TOKEN";
  throw new ConfigError([`${missing}: is needed with the other of the two; leave both out to go without`]);
}

function queuesVia(data: z.infer<typeof Env>): Config["queues"]["via"] {
  const missing = QSTASH_SECRETS.filter((name) => data.QUEUES === "qstash" && data[name] === undefined);
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${name}: is needed since QUEUES is qstash`));
  return data.QUEUES;
}
