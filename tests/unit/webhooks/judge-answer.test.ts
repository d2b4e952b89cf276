import { describe, expect, it } from "vitest";
import { judgeAnswer } from "#shared/webhooks/judge-answer.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00Z");
const judge = (status: number, body = "", headers: Record<string, string> = {}) =>
  judgeAnswer({ kind: "answered", status, headers: new Headers(headers), body }, NOW_MS);

it("takes no answer as a sign of a failing instance, and a refusal of our own as final", () => {
  expect(judgeAnswer({ kind: "failed", reason: "ECONNREFUSED" }, NOW_MS)).toEqual({
    kind: "retry",
    httpStatus: null,
    reason: "ECONNREFUSED",
    isInstanceFailing: true,
  });
  expect(judgeAnswer({ kind: "refused", reason: "private" }, NOW_MS)).toEqual({
    kind: "dead",
    httpStatus: null,
    reason: "private",
  });
});

it.each([200, 202, 204])("takes %i as accepted", (status) => {
  expect(judge(status, '{"message":"Workflow was started"}')).toEqual({ kind: "accepted", httpStatus: status });
});

it.each([301, 302, 400, 405, 410, 413, 422, 499])("takes %i as final", (status) => {
  expect(judge(status)).toEqual({ kind: "dead", httpStatus: status, reason: `HTTP ${status}` });
});

it.each([401, 403, 404, 408, 409, 421, 423, 425, 429])(
  "tries again after %i without blaming the instance",
  (status) => {
    expect(judge(status)).toMatchObject({ kind: "retry", httpStatus: status, isInstanceFailing: false });
  },
);

it.each([500, 502, 503, 504, 599])("tries again after %i and blames the instance", (status) => {
  expect(judge(status)).toMatchObject({ kind: "retry", httpStatus: status, isInstanceFailing: true });
});

it("hears when to come again", () => {
  expect(judge(503, "", { "retry-after": "30" })).toMatchObject({ retryAfterMs: 30_000 });
  expect(judge(429, "", { "retry-after": "Fri, 20 Nov 2026 10:00:09 GMT" })).toMatchObject({ retryAfterMs: 9000 });
  expect(judge(503)).not.toHaveProperty("retryAfterMs");
});

describe("a reply after work", () => {
  it("is read from the body of a 2xx", () => {
    const reply = { status: "succeeded", result: { steps: [1] } };
    expect(judge(200, JSON.stringify({ rainwire: reply }))).toEqual({ kind: "replied", httpStatus: 200, reply });
    const failure = { status: "failed", error: "no plan" };
    expect(judge(201, JSON.stringify({ rainwire: failure }))).toEqual({
      kind: "replied",
      httpStatus: 201,
      reply: failure,
    });
  });

  it.each(['{"rainwire":{"status":"perhaps"}}', '{"rainwire":', '"rainwire"', '[{"rainwire":1}]'])(
    "is not %s, which is mere acceptance",
    (body) => {
      expect(judge(200, body).kind).toBe("accepted");
    },
  );

  it("does not count with an error status", () => {
    expect(judge(500, '{"rainwire":{"status":"succeeded"}}').kind).toBe("retry");
  });
});

it("tells a workflow that broke from an instance that fails", () => {
  expect(judge(500, '{"message":"Error in workflow"}')).toMatchObject({ kind: "retry", isInstanceFailing: false });
  expect(judge(500, "Internal Server Error")).toMatchObject({ kind: "retry", isInstanceFailing: true });
});
