import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApi } from "#functions/api/app.ts";
import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
import { defineRoute } from "#shared/http/edge.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { asking, openTestInstance, type TestInstance, type TestTenant } from "#tests/support/api.ts";

const api = createApi();
let rainwire: TestInstance;
let tenant: TestTenant;
beforeAll(async () => {
  rainwire = await openTestInstance();
  tenant = await rainwire.tenant();
});
afterAll(() => rainwire.close());

async function problemOf(path: string, init: RequestInit) {
  const response = await rainwire.fetch(api, path, init);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const document = (await response.json()) as { code: string; status: number; instance: string };
  expect(document.status).toBe(response.status);
  expect(document.instance).toBe(`urn:uuid:${response.headers.get("x-request-id")}`);
  return { response, document };
}

const json = (body: string, type = "application/json"): RequestInit => ({
  method: "POST",
  headers: { authorization: `Bearer ${tenant.key}`, "content-type": type },
  body,
});

describe("a problem document", () => {
  it("tells of a path that is not there", async () => {
    const { document } = await problemOf("/v1/nothing", asking(tenant.key, "GET"));
    expect(document).toMatchObject({ type: "urn:rainwire:problem:not_found", status: 404, retryable: false });
  });

  it("tells which methods a path takes", async () => {
    const { response, document } = await problemOf("/v1/goals", asking(tenant.key, "DELETE"));
    expect(document).toMatchObject({ code: "method_not_allowed", status: 405 });
    expect(response.headers.get("allow")).toBe("GET, POST");
    const one = await problemOf(`/v1/goals/${uuidv7()}`, asking(tenant.key, "POST", {}));
    expect(one.response.headers.get("allow")).toBe("GET, PATCH, DELETE");
  });

  it("tells that a body is too large", async () => {
    const body = JSON.stringify({ title: "x".repeat(1_100_000) });
    const { document } = await problemOf("/v1/goals", json(body));
    expect(document).toMatchObject({ code: "body_too_large", status: 413 });
  });

  it("tells that a body is not JSON by type or by text", async () => {
    expect((await problemOf("/v1/goals", json("title=x", "application/x-www-form-urlencoded"))).document).toMatchObject(
      {
        code: "media_type_unsupported",
        status: 415,
      },
    );
    expect((await problemOf("/v1/goals", json("{"))).document).toMatchObject({ code: "malformed_json", status: 400 });
  });

  it("names each field that is wrong", async () => {
    const { document } = await problemOf(
      "/v1/goals",
      json(JSON.stringify({ title: "", targetDate: "soon", colour: 1 })),
    );
    expect(document).toMatchObject({ code: "invalid_request", status: 422 });
    const { errors } = document as unknown as { errors: { pointer: string; detail: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(["/", "/targetDate", "/title"]);
    const query = await problemOf("/v1/goals?limit=0", asking(tenant.key, "GET"));
    expect(query.document).toMatchObject({ status: 422, errors: [{ pointer: "query/limit" }] });
    const path = await problemOf("/v1/goals/1", asking(tenant.key, "GET"));
    expect(path.document).toMatchObject({ status: 422, errors: [{ pointer: "path/id" }] });
  });

  it("carries the trace that the caller began", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const { response } = await problemOf("/v1/nothing", asking(tenant.key, "GET", undefined, { traceparent }));
    expect(response.headers.get("traceparent")).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/);
  });
});

describe("an edge", () => {
  it("does not start with a route that has no scope", () => {
    const edge = createEdge();
    edge.get("/v1/hidden", (c) => c.text("hello"));
    expect(() => sealEdge(edge)).toThrow("Routes without a scope: GET /v1/hidden.");
  });

  it("starts with one that says it is public", () => {
    const edge = createEdge();
    const route = defineRoute({
      operationId: "sayHello",
      summary: "Say hello",
      scope: "public",
      method: "get",
      path: "/hello/{name}",
      request: { params: z.object({ name: z.string() }) },
      responses: { 200: { description: "Hello." } },
    });
    edge.openapi(route, (c) => c.body(null));
    expect(sealEdge(edge)).toBe(edge);
  });
});
