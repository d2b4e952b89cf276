import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { createTestDatabase } from "#tests/support/database.ts";
import { FIXTURE_APP, type HostProcess, makeDataDir, startMain } from "#tests/support/host.ts";
import { eventually } from "#tests/support/n8n.ts";

it("has one leader among its processes, and another one after a kill -9; the crash shows", async () => {
  const database = await createTestDatabase();
  const dataDir = makeDataDir();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const hosts: HostProcess[] = [];
  onTestFinished(async () => {
    for (const { child } of hosts) child.kill("SIGKILL");
    await Promise.all(hosts.map(({ ended }) => ended));
    await client.end();
    await database.drop();
    dataDir.remove();
  });
  const start = () => {
    const host = startMain({ DATABASE_URL: database.url, RAINWIRE_DATA_DIR: dataDir.path }, ["--app", FIXTURE_APP]);
    hosts.push(host);
    return host;
  };
  const leaders = async (): Promise<number[]> => {
    const { rows } = await client.query(
      `select a.pid from pg_stat_activity a where datname = current_database() and application_name = 'rainwire-leader'
         and exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted)`,
    );
    return rows.map(({ pid }) => pid);
  };

  const first = start();
  const url = await first.listening;
  const [leader] = await eventually("a leader", async () => {
    const found = await leaders();
    return found.length > 0 ? found : undefined;
  });
  await start().listening;
  expect(await leaders()).toEqual([leader]);

  await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/greet`)));
  const firstId = await eventually("twenty records", async () => {
    const { rows } = await client.query("select process_id from usage_packs group by 1 having sum(record_count) >= 20");
    return rows[0]?.process_id;
  });
  first.child.kill("SIGKILL");
  expect(await first.ended).toBe("SIGKILL");
  const next = await eventually("another leader", async () => {
    const found = (await leaders()).filter((pid) => pid !== leader);
    return found.length > 0 ? found : undefined;
  });
  expect(next).toHaveLength(1);

  const { rows } = await client.query(
    `select served_count::int as served, stopped_at, (select sum(record_count)::int from usage_packs where process_id = p.id) as recorded
     from host_processes p where id = $1`,
    [firstId],
  );
  expect(rows).toEqual([{ served: expect.any(Number), stopped_at: null, recorded: expect.any(Number) }]);
  expect(rows[0]?.recorded).toBeGreaterThanOrEqual(20);
}, 40_000);
