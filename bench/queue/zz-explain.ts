import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { migrate } from "#hosts/node/postgres/migrate.ts";

const dataDir = await mkdtemp(join(tmpdir(), "rainwire-bench-"));
await chmod(dataDir, 0o711);
const postgres = await startEmbeddedPostgres({ dataDir });
const c = new pg.Client(postgres.url);
const h = new pg.Client(postgres.url);
try {
  await c.connect();
  await h.connect();
  await migrate(c, "migrations");
  await h.query("begin isolation level repeatable read");
  await h.query("select 1 from outbox");
  await c.query(
    "insert into outbox(queue,body,tenant_id,available_at) select 'bench','{}','t'||(i%500), now()-interval '100 s' + i*interval '1 ms' from generate_series(1,100000) i",
  );
  await c.query("delete from outbox where available_at < now() - interval '10 s'");
  await c.query("set enable_seqscan=off; set enable_bitmapscan=off; set enable_sort=off");
  const show = async (q: string) =>
    console.log(
      (await c.query("explain (analyze, buffers, costs off, timing off) " + q)).rows
        .map((r: any) => r["QUERY PLAN"])
        .join("\n"),
      "\n",
    );
  await show(
    "select coalesce(o.tenant_id,'-') from outbox o where queue='bench' and coalesce(o.tenant_id,'-') > 't2' and available_at >= now() - interval '10.2 s' and available_at <= now() order by coalesce(o.tenant_id,'-') limit 1",
  );
  await show(
    "select ctid from outbox o where queue='bench' and coalesce(o.tenant_id,'-') = 't2' and available_at >= now() - interval '10.2 s' and available_at <= now() order by available_at limit 2 for update skip locked",
  );
  await show(
    "select ctid from outbox o where queue='bench' and available_at >= now() - interval '10.2 s' and available_at <= now() order by available_at limit 1000 for update skip locked",
  );
} finally {
  await c.end();
  await h.end();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
