import type pg from "pg";
import type { Header } from "./dump-format.ts";

const NOT_OF_AN_EXTENSION = `not exists (
  select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

/** A table of schema public with the columns that can be written. A partitioned table stands for its partitions. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isPartitioned: boolean;
}

/** The tables of schema public, by name; without partitions, the tables of extensions and the record of migrations. */
export async function listTables(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `select c.relname::text as name, c.relkind = 'p' as "isPartitioned",
            array(select a.attname::text from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns
       from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname <> 'schema_migrations' and ${NOT_OF_AN_EXTENSION}
      order by c.relname collate "C"`,
  );
  return rows;
}

/** The partitions of tables of schema public, parents before their parts. */
export async function listPartitions(client: pg.ClientBase): Promise<Header["partitions"]> {
  const { rows } = await client.query<Header["partitions"][number]>(
    `with recursive tree as (
       select c.oid, 0 as depth from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'p' and not c.relispartition
       union all
       select i.inhrelid, tree.depth + 1 from tree join pg_inherits i on i.inhparent = tree.oid
     )
     select n.nspname::text as schema, c.relname::text as name,
            (select format('%I.%I', pn.nspname, p.relname) from pg_inherits i
               join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
              where i.inhrelid = c.oid) as parent,
            pg_get_expr(c.relpartbound, c.oid) as bound, pg_get_partkeydef(c.oid) as "partitionKey"
       from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace
      where tree.depth > 0
      order by tree.depth, c.relname collate "C"`,
  );
  return rows;
}

/** The sequences of schema public (serial and identity columns included), by name. */
export async function listSequences(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'S' and ${NOT_OF_AN_EXTENSION}
      order by c.relname collate "C"`,
  );
  return rows.map(({ name }) => name);
}
