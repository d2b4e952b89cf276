import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { rotateSigningKeys } from "#shared/tokens/rotate-signing-keys.ts";
import type { TokenTimings } from "#shared/tokens/timings.ts";
import { answerCalls } from "../processes/child.ts";

const ROOT = join(import.meta.dirname, "../..");

let host: Host | undefined;
let dataDir: string | undefined;

const api = {
  /** A real host of the deployment; `apiKey` only from the one that was first. */
  async open({ env, timings }: { env: Record<string, string>; timings: Partial<TokenTimings> }) {
    dataDir = mkdtempSync(join(tmpdir(), "rainwire-rehearsal-host-"));
    host = await startHost({
      rootDir: ROOT,
      dataDir,
      port: 0,
      processEnv: { ...env, LOG_LEVEL: "error" },
      tokenTimings: timings,
    });
    return { url: host.url, apiKey: host.firstAccount?.apiKey };
  },
  /** One tick of the task, which a host runs each minute. Answers the steps taken. */
  async rotate() {
    if (!host) throw new Error("not open");
    const { database, config, tokens } = host.instance;
    return (await rotateSigningKeys({ db: database, secret: config.secret, tokens })).map((step) => step.do);
  },
  async close() {
    await host?.stop();
    if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
  },
};
export type HostApi = typeof api;

answerCalls(api);
