import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { withInstallLock } from "#hosts/n8n/install-lock.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "rainwire-lock-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const unexpectedWait = (pid: number) => {
  throw new Error(`waited for ${pid}`);
};

it("takes over the lock of a process that is gone", async () => {
  const lockPath = join(dir, "n8n.lock");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(lockPath, `${pid}\n`);
  expect(await withInstallLock(lockPath, unexpectedWait, async () => "done")).toBe("done");
  expect(existsSync(lockPath)).toBe(false);
});

it("waits for a living owner and says for whom", async () => {
  const lockPath = join(dir, "n8n.lock");
  writeFileSync(lockPath, `${process.ppid}\n`);
  const waitedFor: number[] = [];
  const onWait = (pid: number) => {
    waitedFor.push(pid);
    rmSync(lockPath, { force: true });
  };
  expect(await withInstallLock(lockPath, onWait, async () => "done")).toBe("done");
  expect(waitedFor).toEqual([process.ppid]);
});

it("gives the lock back when the work fails", async () => {
  const lockPath = join(dir, "n8n.lock");
  const failing = withInstallLock(lockPath, unexpectedWait, async () => {
    throw new Error("npm failed");
  });
  await expect(failing).rejects.toThrow("npm failed");
  expect(existsSync(lockPath)).toBe(false);
});
