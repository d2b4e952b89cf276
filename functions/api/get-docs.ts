import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ABOUT_POLICY, type ApiTitle, openApiOf } from "#shared/http/openapi.ts";
import { type PublicText, publicText, sendPublic } from "#shared/http/send-public.ts";
import { docsPage } from "./docs-page.ts";

const SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export const getDocsRoute = defineRoute({
  operationId: "getDocs",
  summary: "This description, to read",
  tags: ["About"],
  scope: "public",
  isForAllCaches: true,
  method: "get",
  path: "/docs",
  responses: { 200: { description: "A page.", content: { "text/html": { schema: z.string() } } } },
});

export const registerGetDocs = (edge: Edge, title: ApiTitle): void => {
  let page: PublicText | undefined; // the same for each request; some 60 ms of work (November 2026)
  edge.openapi(getDocsRoute, (c) => {
    page ??= publicText(
      String(docsPage(openApiOf(edge, title, c.get("ctx").publicUrl))),
      "text/html; charset=UTF-8",
      ABOUT_POLICY,
    );
    c.header("content-security-policy", SECURITY_POLICY);
    return sendPublic(c, page);
  });
};
