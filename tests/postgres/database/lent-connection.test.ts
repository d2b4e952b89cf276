import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { sql } from "#shared/database/sql.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";

let testDatabase: TestDatabase;

beforeAll(async () => {
  testDatabase = await createTestDatabase({ isEmpty: true });
});
afterAll(() => testDatabase.drop());

describe("a connection that PostgreSQL ends while it is lent out", () => {
  it("neither ends the process nor the pool", async () => {
    const pool = createPool({ connectionString: testDatabase.url, applicationName: "lent", max: 2 });
    const lent = await pool.connect();
    const { rows } = await lent.query<{ pid: number }>("select pg_backend_pid() as pid");
    const ended = new Promise<void>((resolve) => lent.on("end", resolve)); // events.once would listen to "error" as well
    await pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await ended;
    lent.release(true);
    expect(await postgresDatabase(pool).query(sql`select 1 as one`)).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
