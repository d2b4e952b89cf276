import { z } from "zod";

/** An instant as events write it: RFC 3339, to the microsecond where a row says it. */
export const instant = z.string().min(20);

/** One entry of the catalogue: what the event tells, the shape of its `data`, and a sample of it. */
export const event = <Data extends z.ZodType>(about: string, data: Data, sample: z.input<Data>) => ({
  version: 1 as const,
  about,
  data,
  sample,
});
