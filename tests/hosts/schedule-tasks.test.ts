import { expect, it, onTestFinished } from "vitest";
import { scheduleTasks } from "#hosts/node/schedule-tasks.ts";
import { startHost } from "#hosts/node/start-host.ts";
import { createTestDatabase } from "#tests/support/database.ts";
import { FIXTURE_APP, makeDataDir } from "#tests/support/host.ts";
import { eventually } from "#tests/support/n8n.ts";

it("ticks in the leader, at the time that the expression names", async () => {
  const database = await createTestDatabase();
  const dataDir = makeDataDir();
  const lines: string[] = [];
  const host = await startHost({
    rootDir: FIXTURE_APP,
    dataDir: dataDir.path,
    processEnv: { DATABASE_URL: database.url },
    port: 0,
    writeLog: (line) => lines.push(line),
  });
  onTestFinished(async () => {
    await host.stop();
    await database.drop();
    dataDir.remove();
  });
  await eventually("the host to lead", async () => host.isLeader() || undefined);

  const schedule = async (url: string) => {
    const ticks: unknown[] = [];
    class EverySecond {
      handle(tick: unknown) {
        ticks.push(tick);
      }
    }
    // Six fields: with seconds, which the manifest does not have and a test cannot wait minutes for.
    const declaration = {
      kind: "task",
      name: "every-second",
      entry: "",
      cron: "* * * * * *",
      at: { line: 1, column: 1 },
    } as const;
    const scheduler = scheduleTasks(url, [{ declaration, Handler: EverySecond, env: {} }], host.instance, new Set());
    onTestFinished(() => scheduler.stop());
    return { ticks, scheduler };
  };
  const led = await schedule(database.url);
  const other = await createTestDatabase({ isEmpty: true });
  onTestFinished(() => other.drop());
  const leading = await schedule(other.url);

  const tick = await eventually("a tick", async () => leading.ticks[0], 5000);
  expect(tick).toEqual({ type: "scheduled", cron: "* * * * * *", scheduledTime: expect.any(Number) });
  const { scheduledTime } = tick as { scheduledTime: number }; // safe: as matched above
  expect(scheduledTime % 1000).toBe(0);
  expect(Math.abs(Date.now() - scheduledTime)).toBeLessThan(3000);
  expect(led.ticks).toEqual([]);
  expect(led.scheduler.isLeader()).toBe(false);
  expect(lines.some((line) => line.includes('"trigger":"tick"') && line.includes("every-second"))).toBe(true);
});
