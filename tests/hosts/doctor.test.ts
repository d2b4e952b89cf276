import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createTestDatabase } from "#tests/support/database.ts";
import { makeDataDir, startProcess } from "#tests/support/host.ts";

const Report = z.object({
  status: z.string(),
  checks: z.array(
    z.object({
      check: z.string(),
      findings: z.array(z.object({ status: z.string(), says: z.string(), mend: z.string().optional() })),
    }),
  ),
});

async function examine(env: Record<string, string>) {
  const dataDir = makeDataDir();
  onTestFinished(() => dataDir.remove());
  writeFileSync(join(dataDir.path, "secrets.env"), "RAINWIRE_SECRET=0123456789012345678901234567890123456789\n");
  chmodSync(join(dataDir.path, "secrets.env"), env.MODE === undefined ? 0o600 : 0o644);
  const doctor = startProcess(["hosts/node/doctor/cli.ts", "--json"], { RAINWIRE_DATA_DIR: dataDir.path, ...env });
  const code = await doctor.ended;
  const report = Report.parse(JSON.parse(doctor.output));
  return {
    code,
    text: doctor.output,
    status: report.status,
    found: (name: string) => report.checks.find(({ check }) => check === name)?.findings ?? [],
  };
}

it("says that the embedded PostgreSQL does not run, starts nothing, and leaves the database's checks out", async () => {
  const { code, found } = await examine({});
  expect(code).toBe(0);
  expect(found("database")).toEqual([
    { status: "warn", says: "the embedded PostgreSQL is not running", mend: "`npm start` starts it." },
  ]);
  expect(found("migrations")).toEqual([{ status: "skipped", says: "needs the database" }]);
});

it("fails on a database that does not answer and on secrets that others can read, and shows none", async () => {
  const { code, status, found, text } = await examine({
    DATABASE_URL: "postgres://u:hidden-word@127.0.0.1:1/x",
    MODE: "0644",
  });
  expect(code).toBe(1);
  expect(status).toBe("fail");
  expect(found("database")[0]).toMatchObject({ status: "fail" });
  expect(found("secrets")[0]).toMatchObject({
    status: "fail",
    mend: expect.stringMatching(/^chmod 600 .*secrets\.env$/),
  });
  expect(text).not.toContain("hidden-word");
  expect(text).not.toContain("0123456789");
});

it("finds pending migrations, waiting queues, dead letters, crashes, usage gaps and an n8n that is away", async () => {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await database.drop();
  });
  await client.query(`
    delete from schema_migrations where name like '0001%';
    insert into outbox (queue, body, created_at, available_at) values ('workflow-dispatch', '{}', now() - interval '5 minutes', now() - interval '5 minutes');
    insert into dead_letters (queue, body, reason, attempts) values ('webhook-deliveries', '{}', 'attempts_exhausted', 12);
    insert into host_processes (id, host, served_count) values (77, 'node', 5);
    insert into n8n_instances (id, base_url, webhook_key_encrypted, signing_secret_encrypted, breaker_state, breaker_failures)
      values ('main', 'http://127.0.0.1:1', 'v1.x.y', 'v1.x.y', 'open', 7)`);
  const { code, found } = await examine({ DATABASE_URL: database.url });
  expect(found("migrations")[0]?.says).toBe("pending: 0001_spine_functions.sql");
  expect(found("queues").at(-1)?.says).toMatch(
    /^workflow-dispatch: 1 ready, 0 delayed, 0 in work, the oldest for 3\d\d s: behind$/,
  );
  expect(found("dead letters")[0]?.says).toMatch(/^webhook-deliveries: 1 open \(attempts_exhausted\)/);
  expect(found("host processes").map(({ says }) => says)).toEqual([
    "none runs: nothing is served or worked off",
    "1 ended without a stop in the last 24 hours",
  ]);
  expect(found("usage records")[0]?.says).toBe("process 77 served 5 invocations and recorded 0");
  expect(found("circuits")[0]).toMatchObject({
    status: "warn",
    says: expect.stringContaining("main: open after 7 failures"),
  });
  expect(found("n8n").map(({ status }) => status)).toEqual(["fail", "warn"]);
  expect(code).toBe(1);
});
