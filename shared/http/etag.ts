import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "./schemas.ts";

/** `If-Match` with the version that a change is meant for (RFC 9110 §13.1.1). */
export const IfMatchHeader = z.object({
  "if-match": z
    .string()
    .regex(/^"\d{1,15}(?:-\w{1,40})?"$/, 'is not a version in quotes, such as "3"')
    .transform((etag) => Number.parseInt(etag.slice(1), 10))
    .optional()
    .describe(
      "The `ETag` that the change is meant for, or the version that begins it, in quotes; another version is refused with 412.",
    ),
});

export const etagOf = ({ version }: { version: number }): string => `"${version}"`;

/** An answer whose `ETag` is the version of what it holds. */
export const versionedAnswer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  ...jsonAnswer(schema, description),
  headers: z.object({
    etag: z.string().describe("The version, in quotes; of a cached read it goes on with a hash of the answer"),
  }),
});
