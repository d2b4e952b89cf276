import { parseArgs } from "node:util";

export interface Options {
  /** Records that the host's writer packs. */
  records: number;
  /** Copies of these under other ids, for the reports. */
  copies: number;
  /** Times that each page is asked for. */
  asks: number;
}

export const HELP = `npm run bench:costs -- [--quick] [--records N] [--copies N]

Writes usage records of a month as hosts do, rolls them up and prices them, beside a plain GROUP BY with a flat unit price
over the same packs; then multiplies them under other ids, and reads report pages over all of them. Exits 0 when every
target was met.

  --quick       100,000 records instead of 1,000,000
  --records N   as many
  --copies N    copies for the report pages: 9 unless told, so that pages are over ten times the records
`;

export function readOptions(args: string[]): Options | "help" {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: "boolean", default: false },
      records: { type: "string" },
      copies: { type: "string", default: "9" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const records = Number(values.records ?? (values.quick ? 100_000 : 1_000_000));
  const copies = Number(values.copies);
  if (!Number.isInteger(records) || records < 1_000) throw new Error("--records takes a number of at least 1000");
  if (!Number.isInteger(copies) || copies < 0 || copies > 99) throw new Error("--copies takes a number from 0 to 99");
  return { records, copies, asks: values.quick ? 20 : 60 };
}
