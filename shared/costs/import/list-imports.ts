import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import type { ImportReport } from "./import-file.ts";
import type { ImportKind } from "./import-kind.ts";

/** An import, and what it came to. */
export interface ListedImport {
  readonly id: string;
  readonly kind: ImportKind;
  readonly fileName: string | null;
  /** SHA-256 (hex) of the file's bytes. */
  readonly contentHash: string;
  readonly accountId: string | null;
  readonly importedAt: Date;
  readonly importedBy: string | null;
  readonly report: ImportReport;
}

/** The imports that have lines of a month, or all of them; the newest first. */
export const listImports = (db: Database, period?: string): Promise<ListedImport[]> =>
  db.query(sql<ListedImport>`
    select id, kind, file_name, content_hash, account_id, imported_at, imported_by, report from cost_imports m
    where ${period ?? null}::text is null
      or exists (select from invoices i where i.import_id = m.id and i.period = ${period ?? null})
    order by imported_at desc, id desc`);

/** Takes an import back with all its lines; false when there is none of that id. */
export async function removeImport(db: Database, id: string): Promise<boolean> {
  const removed = await db.query(sql`delete from cost_imports where id::text = ${id} returning id`);
  return removed.length > 0;
}
