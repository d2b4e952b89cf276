import { spawn } from "node:child_process";
import type { SystemUser } from "./unprivileged-user.ts";

/**
 * Runs one of PostgreSQL's programs to its end and returns its exit code and what it printed. Nothing of our environment
 * but PATH is passed on: a PGPORT or PGDATA of the shell must not reach it.
 */
export function runBinary(
  file: string,
  args: readonly string[],
  options: { user: SystemUser | undefined; cwd: string },
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      ...(options.user === undefined ? {} : { uid: options.user.uid, gid: options.user.gid }),
    });
    let output = "";
    const collect = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, output: output.trim() }));
  });
}
