import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import pg from "pg";
import { answerCalls } from "../processes/child.ts";
import { createPlain } from "./app.ts";

const POOL_CONNECTIONS = 20;

/** The plain way in a process of its own. */
const api = {
  /** Starts it; its port. */
  open: ({ databaseUrl, secret, webhookUrl }: { databaseUrl: string; secret: string; webhookUrl: string }) =>
    new Promise<number>((resolve) => {
      const pool = new pg.Pool({ connectionString: databaseUrl, max: POOL_CONNECTIONS });
      const app = createPlain({ pool, secret, webhookUrl });
      serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }: AddressInfo) => resolve(port));
    }),
};
export type PlainApi = typeof api;

answerCalls(api);
