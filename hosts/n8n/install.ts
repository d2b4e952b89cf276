import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withInstallLock } from "./install-lock.ts";
import {
  cacheRoot,
  findInstallation,
  type Installation,
  installationDir,
  lockSha256,
  MARKER_FILE,
  readInstalledVersion,
  runtimeDir,
} from "./installation.ts";
import { isProcessAlive, signalGroup } from "./process-group.ts";

const PROGRESS_EVERY_MS = 4_000;
const PARTIAL = /^n8n-[0-9a-f]{16}\.partial-(\d+)$/;

export interface InstallOptions {
  /** Called with one line of text every few seconds while something is going on. */
  onProgress?: (line: string) => void;
}

/**
 * Installs the pinned n8n into the user's cache once per machine: 2 to 4 minutes and 2.6 GB the first time,
 * nothing afterwards. A crash in the middle leaves only a `.partial-<pid>` folder, which the next install
 * removes. Throws with npm's own last lines when npm fails.
 */
export async function installN8n({ onProgress = () => {} }: InstallOptions = {}): Promise<Installation> {
  const targetDir = installationDir();
  const present = findInstallation(targetDir);
  if (present) return present;

  const startedAt = performance.now();
  const elapsed = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
  let isWaiting = false;
  return await withInstallLock(
    `${targetDir}.lock`,
    (ownerPid) => {
      if (!isWaiting) onProgress(`n8n is being installed by process ${ownerPid}; waiting for it`);
      isWaiting = true;
    },
    async () => {
      const finishedByAnother = findInstallation(targetDir);
      if (finishedByAnother) return finishedByAnother;

      removeLeftovers();
      const partialDir = `${targetDir}.partial-${process.pid}`;
      mkdirSync(partialDir, { recursive: true });
      try {
        for (const file of ["package.json", "package-lock.json"]) {
          copyFileSync(join(runtimeDir, file), join(partialDir, file));
        }
        onProgress(`installing n8n into ${targetDir} (2.6 GB, a few minutes, once per machine)`);
        const report = (phase: string) => () =>
          onProgress(`n8n: ${phase}, ${elapsed()}, ${countPackages(partialDir)} packages`);
        await runNpm(partialDir, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], report("npm ci"));
        // Of all install scripts n8n needs this one only; npm before 11.10 would run the others too, one of which needs the internet.
        await runNpm(partialDir, ["rebuild", "sqlite3", "--ignore-scripts=false"], report("building sqlite3"));
        const version = readInstalledVersion(partialDir);
        writeFileSync(join(partialDir, MARKER_FILE), `${JSON.stringify({ version, lockSha256: lockSha256() })}\n`);
        publish(partialDir, targetDir);
        onProgress(`n8n ${version} installed after ${elapsed()}`);
      } finally {
        rmSync(partialDir, { recursive: true, force: true });
      }
      const done = findInstallation(targetDir);
      if (!done)
        throw new Error(
          `n8n was installed into ${targetDir} but its marker cannot be read: delete that folder and start again.`,
        );
      return done;
    },
  );
}

function publish(partialDir: string, targetDir: string): void {
  if (findInstallation(targetDir)) return;
  rmSync(targetDir, { recursive: true, force: true });
  renameSync(partialDir, targetDir);
}

function removeLeftovers(): void {
  for (const name of readdirSync(cacheRoot())) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !isProcessAlive(Number(pid)))
      rmSync(join(cacheRoot(), name), { recursive: true, force: true });
  }
}

function countPackages(dir: string): number {
  const modules = join(dir, "node_modules");
  if (!existsSync(modules)) return 0;
  let count = 0;
  for (const name of readdirSync(modules)) {
    if (name.startsWith("@")) count += readdirSync(join(modules, name)).length;
    else if (!name.startsWith(".")) count += 1;
  }
  return count;
}

async function runNpm(cwd: string, args: string[], onTick: () => void): Promise<void> {
  const npmScript = process.env.npm_execpath;
  const [command, first] = npmScript?.endsWith("npm-cli.js") ? [process.execPath, [npmScript]] : ["npm", []];
  const child = spawn(command, [...first, ...args], {
    cwd,
    env: npmEnv(),
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const abandon = () => {
    if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  };
  process.once("exit", abandon);
  const ticker = setInterval(onTick, PROGRESS_EVERY_MS);
  let tail = "";
  const keepTail = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4_000);
  };
  child.stdout.on("data", keepTail);
  child.stderr.on("data", keepTail);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (exitCode !== 0) {
      throw new Error(
        `npm ${args.join(" ")} ended with code ${exitCode} while installing n8n. Check the network and the free disk space (3 GB), then start again. npm's last lines:\n${tail}`,
      );
    }
  } finally {
    clearInterval(ticker);
    process.off("exit", abandon);
  }
}

/** npm hands its children the settings of the project it runs in; this install is another project. */
function npmEnv(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle)_|^npm_config_(local_prefix|prefix|workspace)|^(INIT_CWD|NODE_ENV)$/i.test(name),
  );
  return Object.fromEntries(inherited);
}
