import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { createN8nApi, type N8nApi } from "#shared/adapters/n8n/n8n-api.ts";
import { n8nEnvironment } from "./environment.ts";
import { freePort } from "./free-port.ts";
import { type N8nHome, openHome, saveHome } from "./home.ts";
import { activateImported, importIntoDatabase, type WorkflowImports, waitForImported } from "./import.ts";
import { installN8n } from "./install.ts";
import { runN8nCommand } from "./n8n-command.ts";
import { spawnN8n } from "./n8n-process.ts";
import { createApiKey, isApiKeyValid } from "./owner-api-key.ts";
import { endGroup, isProcessAlive } from "./process-group.ts";
import { findRunning } from "./running-file.ts";

export interface N8nOptions {
  /** Created when absent. Holds the database, n8n's secrets (0600) and `n8n.log`. */
  dataDir: string;
  /** The port to prefer; another one is taken when it is in use. */
  port?: number;
  ownerEmail: string;
  /** Where callers reach the webhooks, when that is not this loopback port. */
  publicUrl?: string;
  extraEnv?: Record<string, string>;
  /** Imported before n8n starts, which is quicker than beside a running one; activated after. */
  imports?: WorkflowImports;
  /** One line per step; n8n's own log goes to `<dataDir>/n8n.log`. */
  onLog?: (line: string) => void;
}

/** A real n8n on loopback. */
export interface N8n {
  /** Without a closing slash. Stays the same over `restart()`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly api: N8nApi;
  readonly dataDir: string;
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** Resolves when the present n8n process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Lets running executions end (up to 30 s), then leaves no process behind. */
  stop(): Promise<void>;
  /** SIGKILL to all of its processes, as a crash would. */
  kill(): Promise<void>;
  /** Starts again on the same port and data; stops first when running. Active workflows come back by themselves. */
  restart(): Promise<void>;
  /** Runs `n8n <args>` on the same data, also while n8n runs. */
  runCommand(args: string[]): Promise<string>;
}

/**
 * Starts n8n on a fresh or an existing data directory, installing it first when this machine has none.
 * Throws when n8n does not become ready (with the end of its log) or when another living process already
 * runs n8n on this directory. An n8n left behind by a killed process is stopped first.
 */
export async function startN8n(options: N8nOptions): Promise<N8n> {
  const { ownerEmail, publicUrl, extraEnv, imports, onLog = () => {} } = options;
  const dataDir = resolve(options.dataDir);
  const { binPath } = await installN8n({ onProgress: onLog });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  await freeDataDir(dataDir, onLog);

  const port = await freePort(options.port);
  if (options.port && port !== options.port) onLog(`port ${options.port} is in use: n8n takes ${port}`);
  const home = openHome(dataDir, binPath);
  const baseUrl = `http://127.0.0.1:${port}`;
  const brokerPort = await freePort();
  const env = n8nEnvironment({ dataDir, home, ownerEmail, port, brokerPort, publicUrl, extraEnv });

  const runCommand = async (args: string[]) => {
    const commandEnv = { ...env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
    return await runN8nCommand({ binPath, dataDir, env: commandEnv }, args);
  };
  if (imports) await importIntoDatabase({ dataDir, runCommand }, imports, onLog);

  onLog(`starting n8n on ${baseUrl}`);
  let current: Awaited<ReturnType<typeof spawnN8n>> | undefined = await spawnN8n({ binPath, dataDir, env, baseUrl });
  let ended = current.ended;
  try {
    const apiKey = await keepApiKey(dataDir, home, baseUrl, ownerEmail);
    const n8n: N8n = {
      baseUrl,
      apiKey,
      api: createN8nApi({ baseUrl, apiKey, send: fetch }),
      dataDir,
      get pid() {
        return current?.pid;
      },
      get ended() {
        return ended;
      },
      async stop() {
        await current?.stop();
        current = undefined;
      },
      async kill() {
        await current?.kill();
        current = undefined;
      },
      async restart() {
        await current?.stop();
        current = await spawnN8n({ binPath, dataDir, env, baseUrl });
        ended = current.ended;
        if (imports) await waitForImported(n8n, imports);
      },
      runCommand,
    };
    if (imports) await activateImported(n8n, imports, onLog);
    return n8n;
  } catch (error) {
    await current?.kill();
    throw error;
  }
}

async function keepApiKey(dataDir: string, home: N8nHome, baseUrl: string, ownerEmail: string): Promise<string> {
  if (home.apiKey !== undefined && (await isApiKeyValid(baseUrl, home.apiKey))) return home.apiKey;
  const apiKey = await createApiKey(baseUrl, { email: ownerEmail, password: home.ownerPassword });
  saveHome(dataDir, { ...home, apiKey });
  return apiKey;
}

async function freeDataDir(dataDir: string, onLog: (line: string) => void): Promise<void> {
  const running = findRunning(dataDir);
  if (running === undefined) return;
  if (isProcessAlive(running.ownerPid)) {
    throw new Error(
      `n8n already runs on ${dataDir} at ${running.baseUrl} (process ${running.pid}, started by ${running.ownerPid}). Stop that one first, or choose another data directory.`,
    );
  }
  onLog(`stopping an n8n (process ${running.pid}) that a killed process left behind`);
  await endGroup(running.pid, 35_000);
}
