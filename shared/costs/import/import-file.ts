import type { CheckReport } from "#shared/costs/focus/check-report.ts";
import { type Database, isDuplicate } from "#shared/database/database.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";
import type { ImportKind } from "./import-kind.ts";
import type { ImportLine, RejectedRow } from "./import-line.ts";
import { type ReadLines, readLines } from "./read-lines.ts";
import type { ToleranceReport } from "./tolerance.ts";

export interface ImportRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kind: ImportKind;
  readonly fileName?: string | undefined;
  /** The account of ours that all rows belong to; else each row's BillingAccountId, where it is the id of one. */
  readonly accountId?: string | undefined;
  /** See `SourceFile`. */
  readonly card?: string | undefined;
  readonly period?: string | undefined;
  readonly actor: string;
}

export interface ImportedInvoice {
  readonly issuer: string;
  readonly number: string | null;
  readonly accountId: string | null;
  readonly period: string;
  readonly currency: string | null;
  readonly lines: number;
  /** Sum of its lines; null: quantities without prices. */
  readonly billedCost: string | null;
}

/** What an import came to, in full: it is kept beside the rows. */
export interface ImportReport {
  readonly rows: number;
  readonly lines: number;
  readonly rejectedCount: number;
  /** The first hundred. */
  readonly rejected: readonly RejectedRow[];
  /** Lines that none of our meters is called like. */
  readonly unmatched: number;
  readonly invoices: readonly ImportedInvoice[];
  readonly tolerances: ToleranceReport;
  readonly findings: CheckReport | null;
}

export interface Imported extends ImportReport {
  readonly id: string;
  /** The same bytes were imported for the same account before: nothing was written. */
  readonly isRepeated: boolean;
}

const MOST_REJECTED = 100;
const LINES_A_STATEMENT = 1000;

/**
 * Reads a provider's file and keeps its lines, once: the same bytes for the same account are found again. Fails with
 * `not_found` on an unknown account and `invalid_request` on a file that cannot be read as what it is said to be.
 */
export async function importFile(db: Database, request: ImportRequest): Promise<Imported | Failure> {
  const { bytes, kind, accountId } = request;
  const accounts = await db.query(sql<{ id: string }>`select id from cost_accounts`);
  const known = new Set(accounts.map(({ id }) => id));
  if (accountId !== undefined && !known.has(accountId)) {
    return fail("not_found", `There is no billing account "${accountId}": npm run costs -- accounts lists them.`);
  }
  const contentHash = sha256Hex(bytes);
  const before = await findImport(db, contentHash, kind, accountId);
  if (before) return before;
  let read: ReadLines;
  try {
    read = await readLines({ ...request, bytes: once(bytes) });
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return fail("invalid_request", error.message);
  }
  const id = uuidv7();
  const groups = groupByInvoice(read.lines, (line) => accountId ?? ownAccount(line, known));
  const report = reportOf(read, groups);
  try {
    await db.batch([
      sql`insert into cost_imports (id, kind, content_hash, account_id, file_name, row_count, rejected_count, report, imported_by)
        values (${id}, ${kind}, ${contentHash}, ${accountId ?? null}, ${request.fileName ?? null}, ${report.rows},
          ${report.rejectedCount}, ${json(report)}, ${request.actor})`,
      ...groups.flatMap((group) => writeInvoice(id, group)),
    ]);
  } catch (error) {
    const first = isDuplicate(error, "cost_imports_content") && (await findImport(db, contentHash, kind, accountId));
    if (first) return first;
    throw error;
  }
  return { id, isRepeated: false, ...report };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function findImport(db: Database, contentHash: string, kind: ImportKind, accountId: string | undefined) {
  const [row] = await db.query(sql<{ id: string; report: ImportReport }>`
    select id, report from cost_imports
    where content_hash = ${contentHash} and kind = ${kind} and account_id is not distinct from ${accountId ?? null}::text`);
  return row && { id: row.id, isRepeated: true, ...row.report };
}

const ownAccount = ({ billingAccountId }: ImportLine, known: ReadonlySet<string>): string | null =>
  billingAccountId !== null && known.has(billingAccountId) ? billingAccountId : null;

interface InvoiceGroup extends ImportedInvoice {
  readonly members: readonly { readonly line: ImportLine; readonly position: number }[];
}

function groupByInvoice(lines: readonly ImportLine[], accountOf: (line: ImportLine) => string | null): InvoiceGroup[] {
  const members = lines.map((line, position) => ({ line, position, accountId: accountOf(line) }));
  const groups = Map.groupBy(members, ({ line: { issuer, number, period, currency }, accountId }) =>
    JSON.stringify([issuer, number, accountId, period, currency]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { issuer, number, period, currency } = first.line;
    const billed = group.flatMap(({ line }) => (line.billedCost === null ? [] : [parseDecimal(line.billedCost)]));
    const billedCost = billed.length === 0 ? null : toDecimalString(billed.reduce((sum, cost) => sum.plus(cost), ZERO));
    const { accountId } = first;
    return [{ issuer, number, accountId, period, currency, lines: group.length, billedCost, members: group }];
  });
}

function reportOf(read: ReadLines, groups: readonly InvoiceGroup[]): ImportReport {
  return {
    rows: read.rows,
    lines: read.lines.length,
    rejectedCount: read.rejected.length,
    rejected: read.rejected.slice(0, MOST_REJECTED),
    unmatched: read.lines.filter(({ meter }) => meter === null).length,
    invoices: groups.map(({ members: _, ...invoice }) => invoice),
    tolerances: read.tolerances,
    findings: read.findings,
  };
}

function writeInvoice(importId: string, { members, ...invoice }: InvoiceGroup): Statement[] {
  const id = uuidv7();
  const rows = members.map(({ line, position }) => ({ ...line, position }));
  const pieces = Array.from({ length: Math.ceil(rows.length / LINES_A_STATEMENT) }, (_, piece) =>
    rows.slice(piece * LINES_A_STATEMENT, (piece + 1) * LINES_A_STATEMENT),
  );
  return [
    sql`insert into invoices (id, import_id, account_id, issuer, number, period, currency, billed_cost)
      values (${id}, ${importId}, ${invoice.accountId}, ${invoice.issuer}, ${invoice.number}, ${invoice.period},
        ${invoice.currency}, ${invoice.billedCost}::numeric)`,
    ...pieces.map(
      (piece) => sql`insert into invoice_lines (invoice_id, position, period, account_id, from_day, to_day, card, meter,
          description, category, charge_class, currency, quantity, quantity_text, unit, billed_cost, billed_cost_text, source)
        select ${id}, r.position, r.period, ${invoice.accountId}, r."fromDay", r."toDay", r.card, r.meter, r.description,
          r.category, r."chargeClass", r.currency, r.quantity, r."quantityText", r.unit, r."billedCost",
          r."billedCostText", r.source
        from jsonb_to_recordset(${json(piece)}) as r(position int, period text, "fromDay" date, "toDay" date, card text,
          meter text, description text, category text, "chargeClass" text, currency text, quantity numeric,
          "quantityText" text, unit text, "billedCost" numeric, "billedCostText" text, source jsonb)`,
    ),
  ];
}
