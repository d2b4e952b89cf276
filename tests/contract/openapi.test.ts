import { describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { docsPage } from "#functions/api/docs-page.ts";
import { operations as apiOperations } from "#functions/api/operations.ts";
import { PATHS } from "#functions/api/paths.ts";
import { createTokens } from "#functions/auth/app.ts";
import { operations as authOperations } from "#functions/auth/operations.ts";
import { createHooks } from "#functions/hooks/app.ts";
import { operations as hooksOperations } from "#functions/hooks/operations.ts";
import { createOps } from "#functions/ops/app.ts";
import { operations as opsOperations } from "#functions/ops/operations.ts";
import { isScope } from "#shared/accounts/scopes.ts";
import { openApiOf } from "#shared/http/openapi.ts";

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  security: object[];
  "x-required-scope": string;
  requestBody?: { content: object };
  responses: Record<string, { content?: object }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; securitySchemes: object };
}

const TITLE = { title: "Test", description: "Test" };
const edges = [
  { name: "api", edge: createApi(), operations: apiOperations },
  { name: "hooks", edge: createHooks(), operations: hooksOperations },
  { name: "ops", edge: createOps(), operations: opsOperations },
  { name: "auth", edge: createTokens(), operations: authOperations },
];

describe.each(edges)("the OpenAPI document of $name", ({ edge, operations }) => {
  const document = JSON.parse(JSON.stringify(openApiOf(edge, TITLE, "https://example.com"))) as Document; // safe: asserted below
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ line: `${method.toUpperCase()} ${path}`, operation })),
  );

  it("is of version 3.1 and names three ways to sign in", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(["apiKey", "bearer", "session"]);
  });

  it("holds the operations of the table and no other", () => {
    expect(all.map(({ operation }) => operation.operationId).sort()).toEqual(Object.keys(operations).sort());
  });

  it.each(all)("describes $line in full", ({ line, operation }) => {
    const scope = operation["x-required-scope"];
    expect(operation.summary).toMatch(/^[A-Z].{4,}/);
    expect(operation.tags).toHaveLength(1);
    expect(scope === "public" || scope === "signed_in" || isScope(scope)).toBe(true);
    expect(operation.security).toHaveLength(scope === "public" ? 0 : 3);
    const statuses = Object.keys(operation.responses);
    expect(statuses.some((status) => status.startsWith("2"))).toBe(true);
    expect(statuses).toContain("500");
    if (scope !== "public") expect(statuses).toEqual(expect.arrayContaining(["401", "403"]));
    const isMadeByPut = /^PUT \/v1\/(n8n-instances\/\{id\}|limits\/\{kind\}\/\{id\})/.test(line);
    if (/\{\w*[iI]d\}/.test(line) && !line.includes("{userId}") && !isMadeByPut) expect(statuses).toContain("404");
    if (operation.requestBody) expect(statuses).toEqual(expect.arrayContaining(["400", "413", "415", "422"]));
    for (const [status, { content }] of Object.entries(operation.responses)) {
      if (Number(status) >= 400) expect(Object.keys(content ?? {})).toEqual(["application/problem+json"]);
    }
  });

  it("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(4);
    for (const [, name = ""] of references) expect(document.components.schemas).toHaveProperty(name);
  });
});

it("gives the client a path for each operation", () => {
  expect(Object.keys(PATHS).sort()).toEqual(Object.keys(apiOperations).sort());
});

describe("the page at /docs", () => {
  const page = String(docsPage(openApiOf(createApi(), TITLE, "https://example.com")));

  it("tells of every operation, with its scope and an example", () => {
    for (const [name, line] of Object.entries(PATHS)) {
      const article = page.split(`<article id="${name}">`)[1]?.split("</article>")[0] ?? "";
      expect(article).toContain(line.split(" ")[1]);
      expect(article).toContain("curl -s");
      expect(article).toContain("Scope: <code>");
    }
  });

  it("needs no script and nothing from elsewhere", () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|javascript:/i);
    expect(page).toContain("prefers-color-scheme: dark");
    expect(page).toContain('name="viewport"');
  });
});
