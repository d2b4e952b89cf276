import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "#shared/runtime/config.ts";

const ENV = {
  DATABASE_URL: "postgres://db.test/rainwire",
  RAINWIRE_SECRET: "a secret of the tests, long enough to sign with",
  PUBLIC_URL: "https://rainwire.test/",
};
const QSTASH = { QSTASH_TOKEN: "t", QSTASH_CURRENT_SIGNING_KEY: "c", QSTASH_NEXT_SIGNING_KEY: "n" };

describe("Upstash Redis", () => {
  const upstash = { UPSTASH_REDIS_REST_URL: "https://eu1.upstash.test/", UPSTASH_REDIS_REST_TOKEN: "a token" };

  it("is there with both of its variables, and not without", () => {
    expect(readConfig({ ...ENV, ...upstash }).upstash).toEqual({ url: "https://eu1.upstash.test", token: "a token" });
    expect(readConfig({ ...ENV, UPSTASH_REDIS_REST_URL: "", UPSTASH_REDIS_REST_TOKEN: "" }).upstash).toBeUndefined();
  });

  it.each(["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"])(
    "is refused without %s alone, which is named",
    (name) => {
      const read = () => readConfig({ ...ENV, ...upstash, [name]: "" });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(`${name}: is needed`);
    },
  );
});

describe("a CDN in front", () => {
  const cdn = { CDN_PURGE: "fastly", CDN_PURGE_URL: "https://api.fastly.com/service/1/purge" };

  it("is told with or without a token, and there is none by default", () => {
    const kept = { kind: "fastly", url: "https://api.fastly.com/service/1/purge", token: undefined };
    expect(readConfig({ ...ENV, ...cdn }).cdn).toEqual(kept);
    expect(readConfig({ ...ENV, ...cdn, CDN_PURGE_TOKEN: "t" }).cdn).toEqual({ ...kept, token: "t" });
    expect(readConfig({ ...ENV, CDN_PURGE: "", CDN_PURGE_URL: "" }).cdn).toBeUndefined();
  });

  it.each(["CDN_PURGE", "CDN_PURGE_URL"])("is refused without %s alone, which is named", (name) => {
    expect(() => readConfig({ ...ENV, ...cdn, [name]: "" })).toThrow(`${name}: is needed`);
  });
});

describe("the queues", () => {
  it("are the platform's unless told otherwise", () => {
    expect(readConfig(ENV).queues).toEqual({ via: "platform", ticketsUrl: "https://rainwire.test/tickets" });
    expect(() => readConfig({ ...ENV, QUEUES: "sqs" })).toThrow("QUEUES");
  });

  it("come over QStash with its token and both keys; each that is missing is named", () => {
    const own = { ...ENV, QUEUES: "qstash", TICKETS_URL: "https://tickets.test/" };
    expect(readConfig({ ...own, ...QSTASH }).queues).toEqual({ via: "qstash", ticketsUrl: "https://tickets.test" });
    expect(() => readConfig(own)).toThrow(
      /QSTASH_TOKEN: is needed.*\n.*QSTASH_CURRENT_SIGNING_KEY.*\n.*QSTASH_NEXT_SIGNING_KEY/,
    );
  });
});

describe("the proxies in front", () => {
  it("are believed when they are named, and nobody is named at first", () => {
    expect(readConfig(ENV).proxies).toEqual({ trustedProxies: [], forwardedHeader: "x-forwarded-for" });
    const named = { TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8,2001:db8::/32,::1,", FORWARDED_HEADER: "Forwarded" };
    expect(readConfig({ ...ENV, ...named }).proxies).toEqual({
      trustedProxies: ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "::1"],
      forwardedHeader: "forwarded",
    });
  });

  it.each(["proxy.internal", "10.0.0.0/33", "*", "10.0.0", "10.0.0.1:80"])("are no “%s”", (text) => {
    expect(() => readConfig({ ...ENV, TRUSTED_PROXIES: `10.0.0.1,${text}` })).toThrow("TRUSTED_PROXIES");
  });

  it("name their client in one of two headers", () => {
    expect(() => readConfig({ ...ENV, FORWARDED_HEADER: "x-real-ip" })).toThrow("FORWARDED_HEADER");
  });
});
