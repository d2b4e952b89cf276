import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { answerCalls } from "../processes/child.ts";

/** Bare Hono: what the host's HTTP costs by itself. */
const api = {
  /** @param body what it answers to everything */
  open: (body: object) =>
    new Promise<number>((resolve) => {
      const app = new Hono().get("*", (c) => c.json(body)).patch("*", (c) => c.json(body));
      serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, ({ port }: AddressInfo) => resolve(port));
    }),
};
export type FloorApi = typeof api;

answerCalls(api);
