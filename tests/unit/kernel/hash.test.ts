import { expect, it } from "vitest";
import { canonicalJson, sha256Hex } from "#shared/kernel/hash.ts";

it("hashes the FIPS 180-4 example", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

it("writes equal values alike, whatever the order of their members, and keeps the order of arrays", () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }, 2], a: "é" })).toBe('{"a":"é","b":[{"c":null,"d":1},2]}');
  expect(canonicalJson({ a: { y: 1, x: 2 }, 10: 0, 9: 0 })).toBe(canonicalJson({ 9: 0, 10: 0, a: { x: 2, y: 1 } }));
  expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  expect(canonicalJson({ a: undefined })).toBe("{}");
});
