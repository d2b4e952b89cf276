import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { type ApiTitle, openApiOf } from "#shared/http/openapi.ts";
import { docsPage } from "./docs-page.ts";

const HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  "cache-control": "public, max-age=300",
};

export const getDocsRoute = defineRoute({
  operationId: "getDocs",
  summary: "This description, to read",
  tags: ["About"],
  scope: "public",
  method: "get",
  path: "/docs",
  responses: { 200: { description: "A page.", content: { "text/html": { schema: z.string() } } } },
});

export const registerGetDocs = (edge: Edge, title: ApiTitle): void => {
  let page: ReturnType<typeof docsPage> | undefined; // the same for each request; some 60 ms of work (November 2026)
  edge.openapi(getDocsRoute, (c) => {
    page ??= docsPage(openApiOf(edge, title, c.get("ctx").publicUrl));
    return c.html(page, 200, HEADERS);
  });
};
