import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { gather } from "#shared/costs/gathered-records.ts";
import { writePack } from "#shared/costs/write-pack.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { CLOUDFLARE, usageAt } from "#tests/support/ledger.ts";

const CLI = join(import.meta.dirname, "..", "..", "hosts", "costs", "cli.ts");

it("keeps accounts, prices, reports, drills down, closes and corrects from the command line", async () => {
  const database = await createTestDatabase();
  const costs = async (args: string[], input = "") => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, DATABASE_URL: database.url } });
    child.stdin.end(input);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { code: child.exitCode, out, err };
  };
  const pool = createPool({ connectionString: database.url, applicationName: "test", max: 1 });
  const record = usageAt("2026-10-15T10:00:00Z", { cpuMs: 80_000_000 });
  const pack = (records: (typeof record)[]) =>
    writePack(postgresDatabase(pool), {
      id: uuidv7(),
      processId: 1,
      host: "workers",
      firstSequence: 0,
      records: gather(records),
    });
  try {
    await pack([record]);
    expect(await costs(["accounts", "--put", "-"], JSON.stringify(CLOUDFLARE))).toMatchObject({
      code: 0,
      out: "1 accounts written\n",
    });
    expect(await costs(["accounts", "--put", "-"], '{"id": "X Y", "name": "x", "cards": []}')).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("lower-case letters"),
    });
    expect(await costs(["accounts", "--put", "-"], '{"id": "x", "name": "x", "cards": ["acme/none"]}')).toMatchObject({
      code: 1,
      err: 'account "x": there is no card "acme/none"; npm run costs -- books lists the cards\n',
    });
    const recomputed = await costs(["recompute", "--period", "2026-10"]);
    expect(recomputed.out).toContain("1 packs with 1 records rolled up\n2026-10: 3 charges, 3 rows, 6 changed\n");
    expect((await costs(["recompute", "--period", "2026-10"])).out).toContain("0 changed");
    const report = JSON.parse((await costs(["report", "--period", "2026-10", "--by", "tenant", "--json"])).out);
    expect(report).toMatchObject({
      summary: { effectiveCost: "6", invocations: 1 },
      rows: [{ key: "acme", effectiveCost: "6", listCost: "1.6000003" }],
    });
    const invocation = await costs(["invocation", record.id]);
    expect(invocation.out).toMatch(
      /cloudflare\/workers-paid\/cpu-ms +80000000 +CPU-ms +0\.00000002 USD +2024-03-01 +O /,
    );
    expect(await costs(["invocation", "x"])).toMatchObject({ code: 2, out: "" });
    expect((await costs(["close", "--period", "2026-10", "--by", "fin"])).out).toMatch(
      /^2026-10 closed by fin\noutput [0-9a-f]{64}\n$/,
    );
    expect(await costs(["recompute", "--period", "2026-10"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("2026-10 is closed"),
    });
    await pack([usageAt("2026-10-16T10:00:00Z", { cpuMs: 50_000_000 })]);
    expect((await costs(["correct", "--period", "2026-10", "--reason", "late"])).out).toContain(
      "cloudflare/workers-paid/cpu-ms  1 USD\n",
    );
    expect(await costs(["completeness"])).toMatchObject({ code: 0 });
  } finally {
    await pool.end();
    await database.drop();
  }
}, 120_000);
