import { z } from "@hono/zod-openapi";
import {
  EXPORT_DATASETS,
  EXPORT_VERSIONS,
  exportFocus,
  type FocusExport,
} from "#shared/costs/focus-export/export-focus.ts";
import { EXPORT_FORMATS } from "#shared/costs/focus-export/write-rows.ts";
import type { Database } from "#shared/database/database.ts";
import { fail } from "#shared/kernel/errors.ts";
import { ProblemError } from "./problem.ts";

export const PeriodParam = z.object({
  period: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "is not a month, such as 2026-10"),
});

export const FocusQuery = z.object({
  version: z.enum(EXPORT_VERSIONS).default("1.4"),
  dataset: z.enum(EXPORT_DATASETS).default("cost-and-usage").describe("`invoice-detail` is there from 1.4 on."),
  format: z
    .enum(EXPORT_FORMATS)
    .optional()
    .describe("`spreadsheet` is CSV that keeps every digit in one. Default: by `Accept`."),
});

const TYPES = {
  csv: "text/csv; charset=utf-8; header=present",
  spreadsheet: "text/csv; charset=utf-8; header=present",
  json: "application/json",
} as const;

/** A month as FOCUS, streamed as a file to keep. */
export function focusAnswer(db: Database, options: FocusExport): Response {
  const { period, version, dataset, format } = options;
  if (version === "1.2" && dataset === "invoice-detail") {
    throw new ProblemError(
      fail("invalid_request", undefined, [{ pointer: "query/dataset", detail: "is there from FOCUS 1.4 on" }]),
    );
  }
  const rows = exportFocus(db, options);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await rows.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await rows.return(undefined);
    },
  });
  const name = `focus-${version}-${dataset}-${period}.${format === "json" ? "json" : "csv"}`;
  return new Response(body, {
    headers: {
      "content-type": TYPES[format],
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
  });
}
