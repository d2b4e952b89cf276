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
  edge.openapi(getDocsRoute, (c) => {
    const document = openApiOf(edge, title, c.get("ctx").publicUrl);
    return c.html(docsPage(document), 200, HEADERS);
  });
};
