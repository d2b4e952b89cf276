import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "#hosts/n8n/free-port.ts";

/** A Redis of a test's own, on loopback, that keeps nothing on disk of itself. */
export interface TestRedis {
  readonly url: string;
  /** Ends it at once, as a crash would: what it knew is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same place, with what was saved, else empty. */
  restart(): Promise<void>;
  /** Lets it take connections and answer nothing; `false`: answer again. */
  hang(isHanging: boolean): void;
}

/** Whether the real `redis-server` is installed on this machine; else `js-redis-server` plays its part. */
export function hasRedisServer(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** @param dir where it finds what `SAVE` left when it starts again; default: it keeps nothing */
export async function startRedis(dir?: string): Promise<TestRedis> {
  const port = await freePort();
  const [command, args] = hasRedisServer()
    ? [
        "redis-server",
        [
          "--port",
          `${port}`,
          "--bind",
          "127.0.0.1",
          "--save",
          "",
          "--dir",
          dir ?? "/tmp",
          ...(dir ? [] : ["--dbfilename", `none-${port}.rdb`]),
        ],
      ]
    : [process.execPath, [join(import.meta.dirname, "redis-child.ts"), `${port}`]];
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(command, args, { stdio: "ignore" });
    await untilListening(port);
    return started;
  };
  let child = await start();
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  return {
    url: `redis://127.0.0.1:${port}`,
    async kill() {
      const ended = once(child, "exit");
      if (end()) await ended;
    },
    async restart() {
      child = await start();
    },
    hang(isHanging) {
      child.kill(isHanging ? "SIGSTOP" : "SIGCONT");
    },
  };
}

/** Waits until something listens on a port of loopback. @throws after ten seconds */
export async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const socket = createConnection({ port, host: "127.0.0.1" });
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Redis does not listen on ${port}`, { cause: error });
      await delay(10);
    } finally {
      socket.destroy();
    }
  }
}
