import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "#hosts/starting/migrate.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";

let home: string;
let folder: string;
let database: TestDatabase;
let pool: pg.Pool;

beforeEach(async () => {
  home = await temporaryDirectory("migrate");
  folder = join(home, "migrations");
  await mkdir(join(folder, "meta"), { recursive: true });
  database = await createTestDatabase({ isEmpty: true });
  pool = new pg.Pool({ connectionString: database.url });
});

afterEach(async () => {
  await pool.end();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

describe("migrate", () => {
  it("applies the files in order, once", async () => {
    await file("0001_second.sql", "insert into word values ('second');");
    await file(
      "0000_first.sql",
      "create table word (word text);\n--> statement-breakpoint\ninsert into word values ('first');",
    );
    await file("notes.txt", "not sql");
    expect(await migrate(pool, folder)).toEqual({ applied: ["0000_first.sql", "0001_second.sql"] });
    expect(await migrate(pool, folder)).toEqual({ applied: [] });

    await file("0002_third.sql", "insert into word values ('third');");
    expect(await migrate(pool, folder)).toEqual({ applied: ["0002_third.sql"] });
    expect((await pool.query("select word from word")).rows).toEqual([
      { word: "first" },
      { word: "second" },
      { word: "third" },
    ]);
  });

  it("records each file's SHA-256", async () => {
    await file("0000_first.sql", "select 1;\n");
    await migrate(pool, folder);
    expect((await pool.query("select name, sha256 from schema_migrations")).rows).toEqual([
      // printf 'select 1;\n' | sha256sum
      { name: "0000_first.sql", sha256: "4a45092ccf992ea92250053a80b931b787924ba61648f420555511b84f10ab6c" },
    ]);
  });

  it("runs each file once when four processes start together", async () => {
    await file("0000_first.sql", "create table word (word text); select pg_sleep(0.05);");
    await file("0001_second.sql", "insert into word values ('once');");
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(pool, folder)));
    expect(runs.flatMap(({ applied }) => applied).sort()).toEqual(["0000_first.sql", "0001_second.sql"]);
    expect((await pool.query("select word from word")).rows).toEqual([{ word: "once" }]);
  });

  it("rolls a failing file back whole, names it with the line, and keeps those before it", async () => {
    await file("0000_first.sql", "create table kept (id int);");
    await file("0001_broken.sql", "create table lost (id int);\ninsert into nowhere values (1);");
    await expect(migrate(pool, folder)).rejects.toThrow(
      'Migration 0001_broken.sql failed and was rolled back: line 2: relation "nowhere" does not exist',
    );
    const { rows } = await pool.query("select to_regclass('kept')::text as kept, to_regclass('lost')::text as lost");
    expect(rows).toEqual([{ kept: "kept", lost: null }]);

    await file("0001_broken.sql", "create table lost (id int);");
    expect(await migrate(pool, folder)).toEqual({ applied: ["0001_broken.sql"] });
  });

  it("names a file that was changed after it was applied; other line ends are no change", async () => {
    await file("0000_first.sql", "create table word (word text);\n");
    await migrate(pool, folder);
    await file("0000_first.sql", "create table word (word text);\r\n");
    expect(await migrate(pool, folder)).toEqual({ applied: [] });

    await file("0000_first.sql", "create table word (word text not null);\n");
    await expect(migrate(pool, folder)).rejects.toThrow("Migration 0000_first.sql was changed after it was applied");
  });

  it("refuses a database that a newer version has migrated", async () => {
    await file("0000_first.sql", "select 1;");
    await file("0001_newer.sql", "select 1;");
    await migrate(pool, folder);
    await rm(join(folder, "0001_newer.sql"));
    await expect(migrate(pool, folder)).rejects.toThrow("The database has the migration 0001_newer.sql");
  });

  it("works on a single client and stops after the file asked for", async () => {
    await file("0000_first.sql", "create table one (id int);");
    await file("0001_second.sql", "create table two (id int);");
    const client = await pool.connect();
    try {
      expect(await migrate(client, folder, { through: "0000_first.sql" })).toEqual({ applied: ["0000_first.sql"] });
      expect(await migrate(client, folder)).toEqual({ applied: ["0001_second.sql"] });
    } finally {
      client.release();
    }
  });
});

async function file(name: string, content: string): Promise<void> {
  await writeFile(join(folder, name), content);
}
