import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportDatabase } from "#hosts/node/postgres/export.ts";
import { importDatabase } from "#hosts/node/postgres/import.ts";
import { migrate } from "#hosts/starting/migrate.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";

const SCHEMA = `
  create table tenants (id uuid primary key, name text not null unique);
  insert into tenants values ('00000000-0000-4000-8000-000000000001', 'seeded');
  create table tricky (
    id bigint generated always as identity primary key,
    tenant_id uuid not null references tenants,
    doc jsonb, plain json, amount numeric(40,20), bytes bytea, at timestamptz, big bigint, words text[], grid int[][],
    ratio double precision, span interval, day date, "Odd ""name""" text,
    doubled bigint generated always as (big / 2) stored);
  create table "child of tricky" (n serial primary key, parent bigint references tricky (id), self int references "child of tricky");
  create table audit (what text);
  create function note() returns trigger language plpgsql as $$ begin insert into audit values (tg_op); return new; end $$;
  create trigger note after insert on tricky for each row execute function note();
  create table readings (at timestamptz not null, value int) partition by range (at);
  create table readings_default partition of readings default;
  create sequence tickets start 100;
`;

const ROWS = `
  update tenants set name = 'renamed since';
  insert into tricky (tenant_id, doc, plain, amount, bytes, at, big, words, grid, ratio, span, day, "Odd ""name""") values
    ('00000000-0000-4000-8000-000000000001', '{"ü": "\\u2028 \\\\ \\"q\\" 🦊", "none": null, "n": 12345678901234567890.10}', '{"b":1,  "a":2}',
     '12345678901234567890.12345678901234567890', '\\x00ff5c0a2e', '2026-11-20 13:00:00.123456+02', 9007199254740993,
     array['a,b', 'quote"', 'back\\slash', null, '', E'tab\\tline\\nend', '\\.'], '{{1,2},{3,null}}', 0.1, '1 mon 2 days 03:04:05.000006', '0044-03-15 BC', E'\\\\.\\n\\\\.'),
    ('00000000-0000-4000-8000-000000000001', 'null', null, 'NaN', '', 'infinity', -9223372036854775808, '{}', null, 'NaN', null, null, '\\N');
  delete from tricky where id = 2;
  insert into tricky (tenant_id, doc) values ('00000000-0000-4000-8000-000000000001', null);
  insert into "child of tricky" (parent, self) values (1, 1), (3, 1);
  create table readings_2026_11_20 partition of readings for values from ('2026-11-20') to ('2026-11-21') partition by hash (value);
  create table readings_2026_11_20_0 partition of readings_2026_11_20 for values with (modulus 1, remainder 0);
  insert into readings select '2026-11-20 00:00:00Z'::timestamptz + n * interval '1 second', n from generate_series(1, 20000) n;
  insert into readings values ('2030-01-01', -1);
  select nextval('tickets'), nextval('tickets');
`;

const EVERYTHING = `
  select (select jsonb_agg(to_jsonb(t) order by t::text)::text from tenants t) as tenants,
         (select string_agg(t::text, E'\\n' order by id) from tricky t) as tricky,
         (select string_agg(c::text, E'\\n' order by n) from "child of tricky" c) as children,
         (select string_agg(a::text, ' ') from audit a) as audit,
         (select string_agg(tableoid::regclass || ' ' || r::text, E'\\n' order by value) from readings r) as readings`;

let home: string;
let folder: string;
let file: string;
let databases: TestDatabase[];
let clients: pg.Client[];

beforeEach(async () => {
  home = await temporaryDirectory("export");
  folder = join(home, "migrations");
  file = join(home, "data.gz");
  databases = [];
  clients = [];
  await mkdir(folder);
  await writeFile(join(folder, "0000_schema.sql"), SCHEMA);
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await Promise.all(databases.map((database) => database.drop()));
  await rm(home, { recursive: true, force: true });
});

describe("export and import", () => {
  it("bring every value, partition and sequence over exactly, and fire no trigger", async () => {
    const source = await filled();
    const { rowCounts } = await exportDatabase(source, file);
    expect(rowCounts).toEqual({ tenants: 1, tricky: 2, "child of tricky": 2, audit: 3, readings: 20001 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);

    const target = await connected();
    expect(await importDatabase(target, file, folder)).toEqual({ rowCounts, applied: [] });
    const before = (await source.query(EVERYTHING)).rows[0];
    expect((await target.query(EVERYTHING)).rows[0]).toEqual(before);
    expect(before.readings.split("\n")).toHaveLength(20001);

    const { rows } = await target.query(
      `select doc ->> 'ü' as text, doc ->> 'n' as n, doc ? 'none' as has_null, plain::text, amount::text, encode(bytes, 'hex') as bytes,
              extract(epoch from at)::text as epoch, big::text, doubled::text, words[4] is null as null_word, words[6] as lines, span::text, day::text,
              "Odd ""name""" as odd
         from tricky where id = 1`,
    );
    expect(rows).toEqual([
      {
        text: '\u2028 \\ "q" 🦊',
        n: "12345678901234567890.10",
        has_null: true,
        plain: '{"b":1,  "a":2}',
        amount: "12345678901234567890.12345678901234567890",
        bytes: "00ff5c0a2e",
        epoch: "1795172400.123456",
        big: "9007199254740993",
        doubled: "4503599627370496",
        null_word: true,
        lines: "tab\tline\nend",
        span: "1 mon 2 days 03:04:05.000006",
        day: "0044-03-15 BC",
        odd: "\\.\n\\.",
      },
    ]);
  });

  it("let identities and sequences go on where they were", async () => {
    await exportDatabase(await filled(), file);
    const target = await connected();
    await importDatabase(target, file, folder);
    const { rows } = await target.query(
      `with t as (insert into tricky (tenant_id) select id from tenants returning id),
            c as (insert into "child of tricky" (parent) values (1) returning n)
       select t.id, c.n, nextval('tickets') as ticket from t, c`,
    );
    expect(rows).toEqual([{ id: "4", n: 3, ticket: "102" }]);
  });

  it("take one snapshot, whatever is written meanwhile", async () => {
    const source = await filled();
    const writer = await connected(databases[0]);
    let written: Promise<unknown> | undefined;
    // "audit" is the first table read; the others would show the deletion if they were read without the snapshot.
    const { rowCounts } = await exportDatabase(source, file, (line) => {
      if (line.startsWith("audit")) written = writer.query('delete from "child of tricky"; delete from readings');
    });
    expect((await written) !== undefined).toBe(true);
    expect(rowCounts).toMatchObject({ "child of tricky": 2, readings: 20001 });
  });

  it("import into a migrated database without rows, and migrate on what came since the export", async () => {
    await writeFile(join(folder, "0000_schema.sql"), "create table word (word text);");
    const source = await connected();
    await migrate(source, folder);
    await source.query("insert into word values ('old')");
    await exportDatabase(source, file);

    const migrated = await connected();
    await migrate(migrated, folder);
    await importDatabase(migrated, file, folder);
    expect((await migrated.query("select * from word")).rows).toEqual([{ word: "old" }]);

    await writeFile(join(folder, "0001_shout.sql"), "update word set word = upper(word);");
    const newer = await connected();
    expect((await importDatabase(newer, file, folder)).applied).toEqual(["0001_shout.sql"]);
    expect((await newer.query("select * from word")).rows).toEqual([{ word: "OLD" }]);
  });

  it("refuse a database with rows, with other migrations, and a file that exists", async () => {
    const source = await filled();
    await exportDatabase(source, file);
    await expect(exportDatabase(source, file)).rejects.toThrow(`${file} exists already`);
    await expect(importDatabase(source, file, folder)).rejects.toThrow("The table audit has rows");
    await expect(exportDatabase(await connected(), join(home, "none.gz"))).rejects.toThrow("no migration applied");

    const others = join(home, "others");
    await mkdir(others);
    await writeFile(join(others, "0000_schema.sql"), "create table something_else (id int);");
    await expect(importDatabase(await connected(), file, others)).rejects.toThrow(
      "The export has the migration 0000_schema.sql, which",
    );
    const further = await connected();
    await copyFile(join(folder, "0000_schema.sql"), join(others, "0000_schema.sql"));
    await writeFile(join(others, "0001_more.sql"), "select 1;");
    await migrate(further, others);
    await expect(importDatabase(further, file, others)).rejects.toThrow("0001_more.sql, which the export lacks");
  });

  it("import nothing of a file that is cut, altered, or none of ours", async () => {
    await exportDatabase(await filled(), file);
    const whole = await readFile(file);
    const target = await connected();
    await migrate(target, folder);
    await target.query("truncate tenants cascade");

    await writeFile(file, whole.subarray(0, whole.length - 2000));
    await expect(importDatabase(target, file, folder)).rejects.toThrow("Nothing of");
    const text = gunzipSync(whole).toString("utf8");
    await writeFile(file, gzipSync(text.replace(/^2030-01-01.*\n/m, "")));
    await expect(importDatabase(target, file, folder)).rejects.toThrow("has 20000 rows of readings instead of 20001");
    await writeFile(file, gzipSync(text.replace("renamed since", "renamed\tsince")));
    await expect(importDatabase(target, file, folder)).rejects.toThrow(
      "table tenants: extra data after last expected column",
    );
    await writeFile(file, "hello");
    await expect(importDatabase(target, file, folder)).rejects.toThrow("cannot be read as an export of Rainwire");
    await expect(importDatabase(target, join(home, "none"), folder)).rejects.toThrow("ENOENT");
    expect(
      (await target.query("select (select count(*) from tenants) + (select count(*) from readings) as n")).rows,
    ).toEqual([{ n: "0" }]);

    await writeFile(file, whole);
    expect((await importDatabase(target, file, folder)).rowCounts.readings).toBe(20001);
  });
});

async function connected(existing?: TestDatabase): Promise<pg.Client> {
  const database = existing ?? (await createTestDatabase({ isEmpty: true }));
  if (existing === undefined) databases.push(database);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

async function filled(): Promise<pg.Client> {
  const client = await connected();
  await migrate(client, folder);
  await client.query(ROWS);
  return client;
}
