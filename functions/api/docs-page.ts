import { html, raw } from "hono/html";
import type { OpenApiDocument } from "#shared/http/openapi.ts";
import { codes, type Html, type Schema, schemaTree } from "./docs-schema.ts";
import { DOCS_STYLE } from "./docs-style.ts";

interface Operation {
  operationId: string;
  summary: string;
  description?: string;
  tags?: string[];
  "x-required-scope": string;
  parameters?: { name: string; in: string; required?: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Place {
  method: string;
  path: string;
  operation: Operation;
}

/** The OpenAPI document as one page to read: no script, nothing from elsewhere. */
export function docsPage(document: OpenApiDocument): Html {
  const { info, servers } = document;
  const serverUrl = servers?.[0]?.url ?? "";
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>; // safe: made from our own schemas
  const tags = Map.groupBy(placesOf(document), ({ operation }) => operation.tags?.[0] ?? "Other");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<style>${raw(DOCS_STYLE)}</style>
</head>
<body>
<header>
<h1>${info.title}</h1>
<p>${info.description}</p>
<p>Base URL <code>${serverUrl}</code> · <a href="${serverUrl}/openapi.json">OpenAPI 3.1</a></p>
<p>Send an API key or a token as <code>authorization: Bearer …</code> (a key also as <code>x-api-key</code>). Each operation
names the scope that it needs. A refusal is a problem document (RFC 9457) whose <code>code</code> is listed below.</p>
</header>
<div class="columns">
<nav aria-label="Operations">${[...tags].map(
    ([tag, places]) =>
      html`<h2>${tag}</h2><ul>${places.map(
        ({ method, operation }) =>
          html`<li><a href="#${operation.operationId}"><span class="method ${method}">${method}</span> ${operation.summary}</a></li>`,
      )}</ul>`,
  )}</nav>
<main>${[...tags].map(
    ([tag, places]) =>
      html`<section><h2>${tag}</h2>${places.map((place) => operationArticle(place, serverUrl, schemas))}</section>`,
  )}</main>
</div>
</body>
</html>`;
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

function placesOf({ paths = {} }: OpenApiDocument): Place[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Partial<Record<string, Operation>>)[method]; // safe: made by defineRoute
      return operation ? [{ method, path, operation }] : [];
    }),
  );
}

function operationArticle(
  { method, path, operation }: Place,
  serverUrl: string,
  schemas: Record<string, Schema>,
): Html {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const scope = operation["x-required-scope"];
  const body = requestBody?.content["application/json"]?.schema;
  return html`<article id="${operationId}">
<h3>${summary}</h3>
<p class="line"><span class="method ${method}">${method}</span> <code>${path}</code></p>
<p>Scope: <code>${scope}</code> · operationId: <code>${operationId}</code></p>
${paragraphs(description)}
${
  parameters.length === 0
    ? ""
    : html`<h4>Parameters</h4><ul class="tree">${parameters.map(
        (one) =>
          html`<li><code>${one.name}</code> <small>${one.in}${one.required ? ", required" : ""}</small> ${schemaTree({ ...one.schema, description: one.description }, schemas)}</li>`,
      )}</ul>`
}
${body ? html`<h4>Body</h4><div class="tree">${schemaTree(body, schemas)}</div>` : ""}
<h4>Answers</h4>
<ul class="answers">${Object.entries(responses).map(
    ([status, response]) =>
      html`<li><strong>${status}</strong> ${codes(response.description)}${answerTree(response, schemas)}</li>`,
  )}</ul>
<h4>Example</h4>
<pre><code>${curlOf({ method, path, operation }, serverUrl, body, schemas)}</code></pre>
</article>`;
}

function answerTree({ content }: Operation["responses"][string], schemas: Record<string, Schema>): Html | "" {
  const schema = content?.["application/json"]?.schema;
  return schema ? html`<div class="tree">${schemaTree(schema, schemas)}</div>` : "";
}

const paragraphs = (text = ""): Html => html`${text.split("\n\n").map((part) => html`<p>${codes(part)}</p>`)}`;

function curlOf(
  { method, path, operation }: Place,
  serverUrl: string,
  body: Schema | undefined,
  schemas: Record<string, Schema>,
): string {
  const lines = [`curl -s${method === "get" ? "" : ` -X ${method.toUpperCase()}`} "${serverUrl}${path}"`];
  if (operation["x-required-scope"] !== "public") lines.push(`-H "authorization: Bearer $RAINWIRE_KEY"`);
  if (body) lines.push(`-H "content-type: application/json"`, `-d '${JSON.stringify(exampleOf(body, schemas))}'`);
  return lines.join(" \\\n  ");
}

/** A value that the schema takes: its own example, else the required members. */
function exampleOf(schema: Schema, schemas: Record<string, Schema>): unknown {
  if (schema.$ref) return exampleOf(schemas[schema.$ref.replace(/^.*\//, "")] ?? {}, schemas);
  if (schema.example !== undefined) return schema.example;
  if (schema.enum) return schema.enum[0];
  const choice = schema.oneOf?.[0] ?? schema.anyOf?.[0];
  if (choice) return exampleOf(choice, schemas);
  if (schema.properties) {
    const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(required.map(([name, member]) => [name, exampleOf(member, schemas)]));
  }
  if (schema.type === "array") return [exampleOf(schema.items ?? {}, schemas)];
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.format === "uuid") return "01900000-0000-7000-8000-000000000001";
  if (schema.format === "uri") return "https://example.com/notifications";
  return "text";
}
