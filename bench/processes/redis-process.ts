import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { freePort } from "#hosts/n8n/free-port.ts";
import { untilListening } from "#tests/support/redis-server.ts";

export interface RedisProcess {
  readonly url: string;
  readonly version: string;
  /** Undefined before its first start. */
  readonly pid: number | undefined;
  start(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** A real redis-server on loopback, always on the same port, its data in `dir`. @throws when none is installed */
export async function createRedisProcess(dir: string, settings: readonly string[]): Promise<RedisProcess> {
  const said = await promisify(execFile)("redis-server", ["--version"]).catch(() => {
    throw new Error(
      "redis-server is not installed: install it (Debian: apt-get install redis-server), then run again.",
    );
  });
  const port = await freePort();
  let child: ChildProcess | undefined;
  return {
    url: `redis://127.0.0.1:${port}`,
    version: /v=(\S+)/.exec(said.stdout)?.[1] ?? "",
    get pid() {
      return child?.pid;
    },
    async start() {
      child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, ...settings], {
        stdio: "ignore",
      });
      await untilListening(port);
    },
    async kill() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
