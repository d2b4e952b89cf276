import { expect, it } from "vitest";
import { CredentialChanges } from "#shared/tokens/credential-changes.ts";
import { createCredentialMemo } from "#shared/tokens/credential-memo.ts";

let id = 0;
const change = (subject: string, isEnd: boolean, atMs: number) => ({ id: `${++id}`, subject, isEnd, atMs });

it("finds what was remembered until its end, and not once something that it rests on has changed", () => {
  const time = { nowMs: 0 };
  const memo = createCredentialMemo(() => time.nowMs);
  const changes = new CredentialChanges();
  const remember = () =>
    memo.remember("k", { value: 7, subjects: ["key:1", "user:1"], epoch: changes.epoch, endsAtMs: 60_000 });
  remember();
  expect(memo.find("k", changes)).toBe(7);
  expect(memo.find("other", changes)).toBeUndefined();
  changes.note([change("user:2", true, 0)], 0);
  expect(memo.find("k", changes)).toBe(7);
  changes.note([change("user:1", false, 0)], 0);
  expect(memo.find("k", changes)).toBeUndefined();
  remember();
  time.nowMs = 59_999;
  expect(memo.find("k", changes)).toBe(7);
  time.nowMs = 60_000;
  expect(memo.find("k", changes)).toBeUndefined();
});

it("does not find what was read before a change that was heard of before it was remembered", () => {
  const memo = createCredentialMemo(() => 0);
  const changes = new CredentialChanges();
  const { epoch } = changes;
  changes.note([change("key:1", true, 0)], 0);
  memo.remember("k", { value: 7, subjects: ["key:1"], epoch, endsAtMs: 60_000 });
  expect(memo.find("k", changes)).toBeUndefined();
});

it("keeps the ones in use of too many", () => {
  const memo = createCredentialMemo(() => 0);
  const changes = new CredentialChanges();
  const remember = (key: string) => memo.remember(key, { value: key, subjects: [], epoch: 0, endsAtMs: 1 });
  remember("used");
  remember("unused");
  for (let i = 0; i < 25_000; i++) {
    remember(`k${i}`);
    if (i % 5_000 === 0) expect(memo.find("used", changes)).toBe("used");
  }
  expect(memo.find("used", changes)).toBe("used");
  expect(memo.find("unused", changes)).toBeUndefined();
});

it("outdates tokens issued before a change and for two seconds after it, and all of what has ended", () => {
  const changes = new CredentialChanges();
  changes.note([change("member:t/u", false, 100_000), change("session:s", true, 100_000)], 0);
  expect(changes.outdates("member:t/u", 99_000)).toBe(true);
  expect(changes.outdates("member:t/u", 102_000)).toBe(true);
  expect(changes.outdates("member:t/u", 103_000)).toBe(false);
  expect(changes.outdates("session:s", 999_000)).toBe(true);
  expect(changes.outdates("session:other", 0)).toBe(false);
});

it("takes a row that is read twice for one change", () => {
  const changes = new CredentialChanges();
  const row = change("key:1", false, 0);
  changes.note([row], 0);
  const { epoch } = changes;
  changes.note([row], 0);
  expect(changes.changedSince(epoch, "key:1")).toBe(false);
});

it("takes no credential for another one that ends alike", () => {
  const memo = createCredentialMemo(() => 0);
  const changes = new CredentialChanges();
  const signature = "s".repeat(86);
  memo.remember(`eyJh.claims.${signature}`, { value: "ada", subjects: [], epoch: 0, endsAtMs: 1 });
  expect(memo.find(`eyJh.claims.${signature}`, changes)).toBe("ada");
  expect(memo.find(`eyJh.others.${signature}`, changes)).toBeUndefined();
});
