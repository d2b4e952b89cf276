import { z } from "@hono/zod-openapi";

/** An answer that is a page. */
export const htmlAnswer = (description: string) => ({ description, content: { "text/html": { schema: z.string() } } });
