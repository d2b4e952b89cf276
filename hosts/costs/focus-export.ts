import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Charge } from "#shared/costs/focus-export/charge.ts";
import { EXPORT_DATASETS, EXPORT_VERSIONS, exportFocus } from "#shared/costs/focus-export/export-focus.ts";
import { EXPORT_FORMATS } from "#shared/costs/focus-export/write-rows.ts";
import { choice } from "./choice.ts";
import { type CommandIo, readArguments, UsageError } from "./command.ts";
import { readPeriod } from "./ledger-arguments.ts";
import { withDatabase } from "./open-database.ts";

/** Writes a month as FOCUS; a file appears whole or not at all. */
export async function focusExport(args: string[], io: CommandIo): Promise<number> {
  const { values } = readArguments({
    args,
    options: {
      period: { type: "string" },
      focus: { type: "string" },
      format: { type: "string" },
      dataset: { type: "string" },
      out: { type: "string" },
    },
  });
  const options = {
    period: readPeriod(values.period),
    version: choice("focus", values.focus, EXPORT_VERSIONS) ?? "1.4",
    format: choice("format", values.format, EXPORT_FORMATS) ?? "csv",
    dataset: choice("dataset", values.dataset, EXPORT_DATASETS) ?? "cost-and-usage",
  };
  if (options.dataset === "invoice-detail" && options.version === "1.2") {
    throw new UsageError("Invoice Detail is there from FOCUS 1.4 on: leave --focus 1.2 out");
  }
  const omitted: Charge[] = [];
  await withDatabase(async (db) => {
    const chunks = exportFocus(db, { ...options, onOmitted: (charge) => omitted.push(charge) });
    if (values.out === undefined) for await (const chunk of chunks) io.out(chunk);
    else await writeWhole(values.out, chunks);
  });
  for (const { accountId, card, meter, problem } of omitted) {
    io.err(`left out: ${accountId} ${card} ${meter}: ${problem ?? "not measured"}\n`);
  }
  return 0;
}

async function writeWhole(file: string, chunks: AsyncIterable<string>): Promise<void> {
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
