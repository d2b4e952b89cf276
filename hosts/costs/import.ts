import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import { type Imported, importFile } from "#shared/costs/import/import-file.ts";
import { IMPORT_KINDS } from "#shared/costs/import/import-kind.ts";
import { listImports, removeImport } from "#shared/costs/import/list-imports.ts";
import { isFailure } from "#shared/kernel/errors.ts";
import { choice } from "./choice.ts";
import { type Command, type CommandIo, readArguments, UsageError } from "./command.ts";
import { DATABASE_HELP, formatTable, operator, readPeriod } from "./ledger-arguments.ts";
import { withDatabase } from "./open-database.ts";

const HELP = `Usage: npm run costs -- import FILE --as focus|cloudflare-billable-usage|neon|upstash [--account ID]
                               [--card ID] [--period 2026-10] [--json]
       npm run costs -- import --list [--period 2026-10] [--json]
       npm run costs -- import --remove IMPORT

Reads what a provider billed or metered, to be reconciled with the ledger ("-" is standard input; gzipped or not).
The same bytes for the same account are read once. What is written otherwise than FOCUS asks but clear is read as it
was meant, and each such reading is told; what is not clear is refused, row by row.

  --as focus                      FOCUS 1.2 to 1.4, CSV or JSON
  --as cloudflare-billable-usage  the answer of GET /accounts/{id}/billable-usage
  --as neon                       the answer of GET /consumption_history/v2/projects; --card neon/scale for that plan
  --as upstash                    the answer of GET /v2/redis/stats/{id}, or with --card upstash/qstash-payg of QStash;
                                  --period says of which month
  --account ID                    the billing account of all rows; else each row's BillingAccountId
  --list                          what was imported, of a month or at all
  --remove IMPORT                 takes an import back with its lines, by its id
  --json                          the report as JSON

${DATABASE_HELP}Exit codes: 0 read, 1 not readable or rows refused, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values, positionals } = readArguments({
      args,
      allowPositionals: true,
      options: {
        as: { type: "string" },
        account: { type: "string" },
        card: { type: "string" },
        period: { type: "string" },
        list: { type: "boolean", default: false },
        remove: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const period = values.period === undefined ? undefined : readPeriod(values.period);
    if (values.list) return await list(period, values.json, io);
    if (values.remove !== undefined) return await remove(values.remove, io);
    const [file, ...rest] = positionals;
    const kind = choice("as", values.as, IMPORT_KINDS);
    if (file === undefined || rest.length > 0) throw new UsageError("name one file");
    if (kind === undefined) throw new UsageError(`say what it is: --as ${IMPORT_KINDS.join("|")}`);
    const bytes = file === "-" ? await buffer(process.stdin) : await readFile(file);
    const imported = await withDatabase((db) =>
      importFile(db, {
        bytes: new Uint8Array(bytes),
        kind,
        fileName: basename(file),
        accountId: values.account,
        card: values.card,
        period,
        actor: operator(),
      }),
    );
    if (isFailure(imported)) {
      io.err(`${file}: ${imported.detail ?? imported.failure}\n`);
      return 1;
    }
    io.out(values.json ? `${JSON.stringify(imported, null, 2)}\n` : inWords(file, imported));
    return imported.rejectedCount > 0 ? 1 : 0;
  },
};

async function list(period: string | undefined, isJson: boolean, io: CommandIo): Promise<number> {
  const imports = await withDatabase((db) => listImports(db, period));
  const rows = imports.map(({ id, importedAt, kind, accountId, fileName, report, importedBy }) => [
    id,
    importedAt.toISOString().slice(0, 16),
    kind,
    accountId ?? "-",
    `${report.lines} lines`,
    fileName ?? "-",
    importedBy ?? "-",
  ]);
  io.out(isJson ? `${JSON.stringify(imports, null, 2)}\n` : formatTable(rows));
  return 0;
}

async function remove(id: string, io: CommandIo): Promise<number> {
  if (await withDatabase((db) => removeImport(db, id))) return 0;
  io.err(`there is no import ${id}: npm run costs -- import --list names them\n`);
  return 1;
}

function inWords(file: string, imported: Imported): string {
  const { tolerances, rejected, findings, invoices } = imported;
  const lines = [
    `${file}: ${imported.isRepeated ? "was imported before" : "imported"} as ${imported.id}: ${imported.rows} rows, ${imported.lines} lines, ${imported.rejectedCount} refused, ${imported.unmatched} without a meter of ours`,
    ...invoices.map(
      ({ issuer, number, accountId, period, currency, lines: count, billedCost }) =>
        `  ${issuer} ${number ?? "(no invoice yet)"} ${period} ${accountId ?? "(no account)"}: ${count} lines, ${billedCost === null ? "no prices" : `${billedCost} ${currency ?? ""}`.trim()}`,
    ),
    ...Object.entries(tolerances.counts).map(([kind, count]) => `  read as meant: ${kind} (${count})`),
    ...tolerances.examples.map(
      ({ kind, row, column, was, readAs }) =>
        `    ${row === null ? "file" : `row ${row}`} ${column ?? ""}: ${kind}: ${JSON.stringify(was)}${readAs === null ? "" : ` read as ${readAs}`}`,
    ),
    ...rejected.map(({ row, reason }) => `  refused: row ${row}: ${reason}`),
    ...Object.entries(findings?.byRule ?? {}).map(([rule, count]) => `  breaks ${rule} (${count})`),
  ];
  return `${lines.join("\n")}\n`;
}
