import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openPricedLedger } from "#tests/support/priced-ledger.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";

const CLI = fileURLToPath(new URL("../../../hosts/costs/cli.ts", import.meta.url));

describe("the commands of invoices", () => {
  it("export a month, check it, import it back, and reconcile it", async () => {
    const { url } = await openPricedLedger({
      accounts: [{ id: "cloudflare-main", name: "Cloudflare", cards: ["cloudflare/workers-paid"] }],
      cells: [{ day: "2026-10-01", invocations: 15_000_000n, requests: 15_000_000n, cpuUnmeasured: 15_000_000n }],
      periods: ["2026-10"],
    });
    const root = await temporaryDirectory("focus");
    const costs = async (...args: string[]) => {
      const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, DATABASE_URL: url } });
      const [[status], stdout, stderr] = await Promise.all([
        once(child, "close"),
        text(child.stdout),
        text(child.stderr),
      ]);
      return { status, stdout, stderr };
    };

    const file = join(root, "october.csv");
    const exported = await costs("focus", "export", "--period", "2026-10", "--out", file);
    expect(exported).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringContaining("left out: cloudflare-main cloudflare/workers-paid cpu-ms: not measured"),
    });
    const checked = await costs("focus", "check", file);
    expect([checked.status, checked.stdout]).toEqual([
      0,
      `${file}: FOCUS 1.4 cost-and-usage, 2 rows, 0 errors, 0 warnings\n`,
    ]);

    const imported = await costs("import", file, "--as", "focus", "--json");
    expect([imported.status, JSON.parse(imported.stdout)]).toMatchObject([
      0,
      { rows: 2, lines: 2, rejectedCount: 0, isRepeated: false },
    ]);
    const words = await costs("reconcile", "--period", "2026-10");
    expect(words.stdout).toMatch(/cloudflare-main +Workers: requests +1\.5 +1\.5 +1\.5 +0 +0 +USD +matched/);
  });
});
