import { z } from "@hono/zod-openapi";

/** Shapes that several operations share. */
export const IdParam = z.object({ id: z.uuid() });

export const MilestoneParam = IdParam.extend({ milestoneId: z.uuid() });

export const Instant = z.iso.datetime().describe("RFC 3339, UTC");

/** `limit` and `before` of every list: newest first, `before` is the `next` of the page before. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: z.uuid().optional().describe("The `next` of the page before."),
});

export const pageOf = <Item extends z.ZodType>(item: Item, name: string) =>
  z.object({ items: z.array(item), next: z.uuid().nullable().describe("null on the last page") }).openapi(name);

export const IdempotencyHeader = z.object({
  "idempotency-key": z.string().min(1).max(255).optional().describe("Repeat a request safely under the same key."),
});

export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { "application/json": { schema } } },
});

export const jsonAnswer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { "application/json": { schema } },
});

/** An answer without a body. */
export const noContent = (description: string) => ({ description });

/** A value as JSON shows it: instants as text. */
export const toJson = <T>(value: T): Jsonified<T> => JSON.parse(JSON.stringify(value)) as Jsonified<T>; // safe: that is what JSON does

/** The type of a value once it has been JSON. */
export type Jsonified<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Jsonified<Item>[]
    : T extends object
      ? { -readonly [K in keyof T]: Jsonified<T[K]> }
      : T;
