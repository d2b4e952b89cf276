import { z } from "zod";

/**
 * An export is a gzip file of lines: the header as JSON; for each table its TableStart as JSON, its rows in the text format of
 * PostgreSQL's COPY, and `\.`; at last the footer as JSON. A row can be neither of several lines nor `\.`, by that format.
 */
export const FORMAT = "rainwire-export";
export const FORMAT_VERSION = 1;
export const END_OF_ROWS = "\\.";

export const Header = z.object({
  format: z.literal(FORMAT),
  formatVersion: z.number(),
  postgresVersion: z.string(),
  exportedAt: z.string(),
  migrations: z.array(z.object({ name: z.string(), sha256: z.string() })),
  partitions: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      parent: z.string(), // quoted and qualified
      bound: z.string(), // "FOR VALUES …" or "DEFAULT"
      partitionKey: z.string().nullable(), // of a partition that is itself partitioned
    }),
  ),
});
export type Header = z.infer<typeof Header>;

export const TableStart = z.object({ table: z.string(), columns: z.array(z.string()) });
export type TableStart = z.infer<typeof TableStart>;

export const Footer = z.object({
  rowCounts: z.record(z.string(), z.number()),
  sequences: z.array(z.object({ name: z.string(), lastValue: z.string(), isCalled: z.boolean() })),
});
export type Footer = z.infer<typeof Footer>;
