import { z } from "@hono/zod-openapi";
import { defineRoute, type Edge } from "./edge.ts";
import { jsonAnswer } from "./schemas.ts";
import { type PublicPolicy, type PublicText, publicText, sendPublic } from "./send-public.ts";

/** What Rainwire says of itself changes with a new version of it only. */
export const ABOUT_POLICY: PublicPolicy = {
  tag: "openapi",
  clientMs: 5 * 60_000,
  sharedMs: 10 * 60_000,
  staleMs: 60 * 60_000,
};

export interface ApiTitle {
  title: string;
  description: string;
}

export type OpenApiDocument = ReturnType<Edge["getOpenAPI31Document"]>;

/** The OpenAPI 3.1 document of an edge's routes. */
export function openApiOf(edge: Edge, { title, description }: ApiTitle, serverUrl: string): OpenApiDocument {
  return edge.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title, description, version: "1" },
    servers: [{ url: serverUrl }],
  });
}

export const getOpenApiRoute = defineRoute({
  operationId: "getOpenApi",
  summary: "This description, as OpenAPI 3.1",
  tags: ["About"],
  scope: "public",
  isForAllCaches: true,
  method: "get",
  path: "/openapi.json",
  responses: { 200: jsonAnswer(z.record(z.string(), z.unknown()), "The OpenAPI document.") },
});

/** Serves the edge's own OpenAPI document at `/openapi.json`. */
export function registerGetOpenApi(edge: Edge, title: ApiTitle, serverUrlOf: ServerUrl): void {
  const { openAPIRegistry: registry } = edge;
  registry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An API key, a session's token or JWT, or the token of a workflow run.",
  });
  registry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "x-api-key" });
  registry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "better-auth.session_token",
    description: "The cookie of a signed-in browser.",
  });
  let text: PublicText | undefined; // the same for each request
  edge.openapi(getOpenApiRoute, (c) => {
    text ??= publicText(
      JSON.stringify(openApiOf(edge, title, serverUrlOf(c.get("ctx")))),
      "application/json",
      ABOUT_POLICY,
    );
    return sendPublic(c, text);
  });
}

export type ServerUrl = (urls: { readonly publicUrl: string; readonly hooksUrl: string }) => string;
