import { expect, it } from "vitest";
import { type CdnKind, createCdnPurger } from "#shared/caching/purge-cdn.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import type { OutgoingRequest, SendResult } from "#shared/webhooks/sender.ts";

const answered = (status: number): SendResult => ({ kind: "answered", status, headers: new Headers(), body: "" });

function world(
  kind: CdnKind,
  { answers = [], sharesWork = true }: { answers?: SendResult[]; sharesWork?: boolean } = {},
) {
  const sent: OutgoingRequest[] = [];
  const slept: number[] = [];
  const logged: string[] = [];
  const purger = createCdnPurger({
    cdn: { kind, url: "https://cdn.example.com/purge", token: "secret" },
    sender: {
      send: async (request) => {
        sent.push(request);
        return answers.shift() ?? answered(200);
      },
    },
    log: jsonLogger(
      (line) => logged.push(line),
      () => true,
    ),
    sharesWork,
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  return { purger, sent, slept, logged };
}

it.each([
  [
    "cloudflare",
    {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer secret" },
      body: '{"tags":["a:-","b:-:1"]}',
    },
  ],
  [
    "fastly",
    {
      method: "POST",
      headers: { accept: "application/json", "surrogate-key": "a:- b:-:1", "fastly-key": "secret" },
    },
  ],
  ["varnish", { method: "PURGE", headers: { xkey: "a:- b:-:1", authorization: "Bearer secret" } }],
] as const)("tells %s in its own words", async (kind, request) => {
  const { purger, sent } = world(kind);
  await purger.purge(["a:-", "b:-:1"]);
  expect(sent).toEqual([{ url: "https://cdn.example.com/purge", timeoutMs: 5_000, isOperatorHost: true, ...request }]);
});

it("gathers what changes within a moment into one call, and what comes after into another", async () => {
  const { purger, sent } = world("fastly");
  await Promise.all([purger.purge(["a:-"]), purger.purge(["b:-", "a:-"]), purger.purge([])]);
  await purger.purge(["c:-"]);
  expect(sent.map(({ headers }) => headers["surrogate-key"])).toEqual(["a:- b:-", "c:-"]);
});

it("sends each by itself where requests share nothing", async () => {
  const { purger, sent, slept } = world("fastly", { sharesWork: false });
  await Promise.all([purger.purge(["a:-", "a:-"]), purger.purge(["b:-"])]);
  expect(sent.map(({ headers }) => headers["surrogate-key"])).toEqual(["a:-", "b:-"]);
  expect(slept).toEqual([]);
});

it("parts what is more than one call may name", async () => {
  const { purger, sent } = world("cloudflare");
  await purger.purge(Array.from({ length: 65 }, (_, i) => `t:-:${i}`));
  const named = sent.map(({ body }) => (JSON.parse(body ?? "") as { tags: string[] }).tags.length); // safe: as sent
  expect(named).toEqual([30, 30, 5]);
});

it("tries again while the CDN is away, then says what may be old", async () => {
  const away: SendResult = { kind: "failed", reason: "ECONNREFUSED" };
  const back = world("cloudflare", { answers: [away, answered(503), answered(429)] });
  await back.purger.purge(["a:-"]);
  expect([back.sent.length, back.slept, back.logged]).toEqual([4, [100, 500, 1000, 2000], []]);
  const lost = world("cloudflare", { answers: [away, away, away, away] });
  await lost.purger.purge(["a:-"]);
  expect(lost.sent).toHaveLength(4);
  expect(lost.logged.join()).toMatch(/the CDN was not told .*ECONNREFUSED.*a:-/);
});

it("does not repeat what is refused, and takes a Varnish that has nothing for told", async () => {
  const refused = world("fastly", { answers: [answered(401)] });
  await refused.purger.purge(["a:-"]);
  expect([refused.sent.length, refused.logged.length]).toEqual([1, 1]);
  const empty = world("varnish", { answers: [answered(404)] });
  await empty.purger.purge(["a:-"]);
  expect([empty.sent.length, empty.logged.length]).toEqual([1, 0]);
});
