import { join } from "node:path";
import { startChild } from "../processes/child.ts";
import type { Contender } from "./contender.ts";
import type { FloorApi } from "./floor-process.ts";
import { USERS } from "./people.ts";

export const signInAnybody = async (): Promise<readonly string[]> =>
  Array.from({ length: USERS }, () => "authorization: Bearer anybody\r\n");

/** @param body an answer as the others give it */
export async function openFloor(body: object): Promise<Contender> {
  const server = startChild<FloorApi>(join(import.meta.dirname, "floor-process.ts"));
  return {
    name: "bare Hono",
    port: await server.ask("open", body),
    paths: { list: "/", check: "/" },
    pids: [server.pid],
    keepsAnswers: false,
    signIn: signInAnybody,
    unfinished: async () => 0,
    close: () => server.end(),
  };
}
