import { expect, it } from "vitest";
import { limitItem, policyItem } from "#shared/limits/rate-limit-headers.ts";
import { addressSubject, subjectOf } from "#shared/limits/subject.ts";

const quota = { limit: 100, windowMs: 60_000 };

it("writes a policy as draft-ietf-httpapi-ratelimit-headers-11, section 3, shows it", () => {
  expect(policyItem("default", { limit: 100, windowMs: 10_000 })).toBe('"default";q=100;w=10');
  expect(policyItem("permin", { limit: 50, windowMs: 60_000, burst: 50 })).toBe('"permin";q=50;w=60');
  expect(policyItem("key", { limit: 6_000, windowMs: 60_000, burst: 1_000 })).toBe(
    '"key";q=6000;w=60;rainwire-burst=1000',
  );
});

it("writes what is left as section 4 shows it, never faster than the policy", () => {
  expect(limitItem("default", quota, 50, 0)).toBe('"default";r=50;t=30');
  expect(limitItem("default", quota, 99, 0)).toBe('"default";r=99;t=60');
  expect(limitItem("default", quota, 1, 0)).toBe('"default";r=1;t=1');
  expect(limitItem("default", quota, 0, 2_001)).toBe('"default";r=0;t=3');
  expect(limitItem("default", quota, 0, 0)).toBe('"default";r=0;t=1');
});

it.each([
  ["203.0.113.7", "203.0.113.7", false],
  ["::ffff:203.0.113.7", "203.0.113.7", false],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", false],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64", false],
  ["2001:db8:1:3::9", "2001:db8:1:3::/64", false],
  ["127.0.0.1", "127.0.0.1", true],
  ["::ffff:10.1.2.3", "10.1.2.3", true],
  ["::1", "0:0:0:0::/64", true],
  ["fd00::5", "fd00:0:0:0::/64", true],
  ["", "unknown", true],
  ["nonsense", "unknown", true],
])("counts the address %s as %s", (text, id, isOwn) => {
  expect(addressSubject(text)).toEqual({ id, isOwn });
});

it("takes an address that an operator names for the subject that it counts as", () => {
  expect(subjectOf("address", "2001:db8::1")).toEqual({ kind: "address", id: "2001:db8:0:0::/64" });
  expect(subjectOf("address", "2001:db8:0:0::/64")).toEqual({ kind: "address", id: "2001:db8:0:0::/64" });
  expect(subjectOf("address", "*")).toEqual({ kind: "address", id: "*" });
  expect(subjectOf("key", "a::/64")).toEqual({ kind: "key", id: "a::/64" });
});
