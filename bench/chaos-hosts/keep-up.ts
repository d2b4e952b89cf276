import { setTimeout as delay } from "node:timers/promises";
import type { HostProcess } from "#tests/support/host-process.ts";

/** What a service manager does: starts a host again that ended by itself. */
export interface Kept {
  readonly name: string;
  readonly url: string;
  /** Ends that nobody asked for, while the host started: nothing was there to connect to, say. */
  readonly endedWhileStarting: number;
  /** Ends that nobody asked for of a host that had answered. */
  readonly endedWhileServing: string[];
  /** Ends it with a signal, and starts it again after so long. */
  restart(signal: "SIGKILL" | "SIGTERM", downMs: number): Promise<void>;
  ready(): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_MS = 100;
const PAUSE_MS = 300;

export function keepUp(name: string, host: HostProcess): Kept {
  let isWanted = true;
  let hasAnswered = false;
  let endedWhileStarting = 0;
  const endedWhileServing: string[] = [];

  const begin = () => {
    hasAnswered = false;
    isWanted = true;
    host.start();
  };

  async function watch(): Promise<void> {
    while (isWatching) {
      if (isWanted && host.unexpectedEnd !== undefined) {
        if (hasAnswered) endedWhileServing.push(`${name}: ${host.unexpectedEnd}`);
        else endedWhileStarting += 1;
        await delay(PAUSE_MS);
        if (isWanted && isWatching) begin();
      } else if (isWanted && !hasAnswered) {
        const answer = await fetch(`${host.url}/openapi.json`, { signal: AbortSignal.timeout(1_000) }).catch(
          () => undefined,
        );
        await answer?.text().catch(() => undefined);
        hasAnswered = answer?.ok === true && isWanted && host.unexpectedEnd === undefined;
      }
      await delay(LOOK_MS);
    }
  }

  let isWatching = true;
  begin();
  const watching = watch();
  return {
    name,
    url: host.url,
    get endedWhileStarting() {
      return endedWhileStarting;
    },
    endedWhileServing,
    async restart(signal, downMs) {
      isWanted = false;
      await (signal === "SIGKILL" ? host.kill() : host.stop());
      await delay(downMs);
      begin();
    },
    ready: () => host.ready(),
    async stop() {
      isWanted = false;
      isWatching = false;
      await watching;
      await host.stop();
    },
  };
}
