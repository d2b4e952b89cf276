import { expect, it } from "vitest";
import { seal, unseal } from "#shared/kernel/sealed.ts";

const SECRET = "a-deployment-secret-with-32-chars";

it("opens what it sealed, and seals the same text differently each time", async () => {
  const sealed = await seal(SECRET, "p", "grüße");
  expect(await unseal(SECRET, "p", sealed)).toBe("grüße");
  expect(await seal(SECRET, "p", "grüße")).not.toBe(sealed);
  expect(sealed).not.toContain(btoa("gr"));
});

it("does not open for another secret or another purpose", async () => {
  const sealed = await seal(SECRET, "p", "x");
  await expect(unseal(`${SECRET}!`, "p", sealed)).rejects.toThrow();
  await expect(unseal(SECRET, "q", sealed)).rejects.toThrow();
});

it("does not open when any part was altered", async () => {
  const [version, nonce = "", text = ""] = (await seal(SECRET, "p", "attack at dawn")).split(".");
  const flipped = (part: string) => (part.startsWith("A") ? "B" : "A") + part.slice(1);
  for (const altered of [
    `v2.${nonce}.${text}`,
    `${version}.${flipped(nonce)}.${text}`,
    `${version}.${nonce}.${flipped(text)}`,
    `${version}.${nonce}`,
    "",
  ]) {
    await expect(unseal(SECRET, "p", altered)).rejects.toThrow();
  }
});
