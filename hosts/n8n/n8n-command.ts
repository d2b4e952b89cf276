import { spawn } from "node:child_process";
import { isGroupAlive, signalGroup } from "./process-group.ts";

export interface N8nCommand {
  binPath: string;
  dataDir: string;
  /** n8n's environment with a broker port of its own when an n8n runs on the same directory. */
  env: Record<string, string>;
}

/** Runs one `n8n …` command to its end (3 to 6 s) and returns what it printed. Throws when it fails. */
export async function runN8nCommand({ binPath, dataDir, env }: N8nCommand, args: string[]): Promise<string> {
  const child = spawn(process.execPath, [binPath, ...args], {
    cwd: dataDir,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  const abandon = () => {
    if (pid !== undefined) signalGroup(pid, "SIGKILL");
  };
  process.once("exit", abandon);
  let output = "";
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (exitCode === 0) return output;
    throw new Error(`n8n ${args[0]} ended with code ${exitCode}. Its last lines:\n${output.slice(-2_000)}`);
  } finally {
    process.off("exit", abandon);
    if (pid !== undefined && isGroupAlive(pid)) abandon();
  }
}
