import { expect, it } from "vitest";
import { createSessionCache } from "#shared/accounts/session-cache.ts";
import { memorySharedCache } from "#shared/kernel/shared-cache.ts";

const TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEF";
const SIGNED = `${TOKEN}.c2lnbmF0dXJl%3D`;
const SESSION = { sessionId: "s1", userId: "u1", tenantId: "t1", expiresAtMs: 1_000_000 };

function open() {
  const time = { nowMs: 0 };
  const keys: string[] = [];
  const memory = memorySharedCache(() => time.nowMs);
  const spied: typeof memory = {
    ...memory,
    fill: (key, text, ttlMs) => {
      keys.push(key, text);
      return memory.fill(key, text, ttlMs);
    },
  };
  return { sessions: createSessionCache(spied, () => time.nowMs), time, keys };
}

it("believes a checked credential for a minute, and no other of the same token", async () => {
  const { sessions, time } = open();
  await sessions.remember(SIGNED, SESSION);
  expect(await sessions.find(SIGNED)).toEqual(SESSION);
  expect(await sessions.find(TOKEN)).toBeUndefined();
  expect(await sessions.find(`${TOKEN}.Zm9yZ2Vk`)).toBeUndefined();
  time.nowMs = 59_999;
  expect(await sessions.find(SIGNED)).toEqual(SESSION);
  time.nowMs = 60_000;
  expect(await sessions.find(SIGNED)).toBeUndefined();
});

it("does not believe a session past its own end", async () => {
  const { sessions, time } = open();
  await sessions.remember(TOKEN, { ...SESSION, expiresAtMs: 5_000 });
  time.nowMs = 5_000;
  expect(await sessions.find(TOKEN)).toBeUndefined();
});

it("lets nothing that was read before a sign-out be remembered after it", async () => {
  const { sessions } = open();
  await sessions.remember(SIGNED, SESSION);
  await sessions.forget(TOKEN);
  expect(await sessions.find(SIGNED)).toBeUndefined();
  await sessions.remember(SIGNED, SESSION); // by a request that had asked the database just before
  expect(await sessions.find(SIGNED)).toBeUndefined();
});

it("stores neither token nor signature", async () => {
  const { sessions, keys } = open();
  await sessions.remember(SIGNED, SESSION);
  expect(keys).toHaveLength(2);
  expect(keys.join(" ")).not.toContain(TOKEN);
  expect(keys.join(" ")).not.toContain("c2lnbmF0dXJl");
});
