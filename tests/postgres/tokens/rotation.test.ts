import { afterEach, beforeEach, expect, it } from "vitest";
import { isFailure } from "#shared/kernel/errors.ts";
import { unseal } from "#shared/kernel/sealed.ts";
import { promoteKey } from "#shared/tokens/promote-key.ts";
import { ensureSigningKey, publishKey } from "#shared/tokens/publish-key.ts";
import { retireKey, revokeSigningKey } from "#shared/tokens/retire-key.ts";
import {
  readSigningKeys,
  requestRotation,
  rotateSigningKeys,
  sweepTokens,
} from "#shared/tokens/rotate-signing-keys.ts";
import { openTestAccounts, SECRET, type TestAccounts } from "#tests/support/accounts.ts";
import { CAUSE, tokensContext } from "#tests/support/tokens.ts";

let accounts: TestAccounts;
let there: TestAccounts;
beforeEach(async () => {
  accounts = await openTestAccounts();
  there = await openTestAccounts({}, accounts);
});
afterEach(async () => {
  await there.close();
  await accounts.close();
});

const ACTOR = { cause: CAUSE, guards: [] };
const ctx = (process = accounts) => tokensContext(process);
const keys = async () => (await readSigningKeys(accounts.database)).keys;
const phases = async () => (await keys()).map(({ phase }) => phase);
const idOf = async (phase: string) => (await keys()).find((key) => key.phase === phase)?.id ?? "";
const steps = async () => (await rotateSigningKeys(ctx())).map((step) => step.do);
const events = async (name: string) =>
  (await accounts.pool.query("select tenant_id, data from events where name = $1 order by id", [name])).rows;

/** Moves every instant of the keys into the past. */
const passes = (interval: string) =>
  accounts.pool.query(
    `update signing_keys set published_at = published_at - $1::interval, promotable_at = promotable_at - $1::interval,
      promotes_at = promotes_at - $1::interval, promoted_at = promoted_at - $1::interval,
      retires_at = retires_at - $1::interval, retired_at = retired_at - $1::interval, leaves_at = leaves_at - $1::interval`,
    [interval],
  );

it("makes one first key, whoever asks, and it signs at once", async () => {
  const rings = await Promise.all(
    [accounts, there, accounts, there].map(({ tokens, database }) => tokens.ring.get(database)),
  );
  expect(new Set(rings.map(({ signing }) => signing.kid)).size).toBe(1);
  expect(await phases()).toEqual(["signing"]);
  expect(await events("tokens.rotated")).toHaveLength(1);
});

it("seals private keys, and forgets the one of a retired key", async () => {
  await ensureSigningKey(ctx());
  const { rows } = await accounts.pool.query("select private_key, public_jwk from signing_keys");
  expect(rows[0].private_key).toMatch(/^v1\./);
  expect(JSON.parse(await unseal(SECRET, "signing-key", rows[0].private_key))).toMatchObject({
    ...rows[0].public_jwk,
    d: expect.stringMatching(/^[\w-]{43}$/),
  });
  const keyId = await publishKey(ctx(), ACTOR, true);
  await passes("8 minutes");
  await promoteKey(ctx(), ACTOR, keyId);
  const retired = await accounts.pool.query("select private_key from signing_keys where phase = 'retired'");
  expect(retired.rows).toEqual([{ private_key: null }]);
});

it("goes round by its deadlines, with nobody there to approve", async () => {
  await ensureSigningKey(ctx());
  const first = await idOf("signing");
  expect(await steps()).toEqual([]);
  await passes("28 days 23 hours 30 minutes"); // a day and half an hour before the hour before the end
  expect(await steps()).toEqual(["announce"]);
  expect(await steps()).toEqual([]);
  await passes("23 hours 31 minutes");
  expect(await steps()).toEqual(["publish"]);
  expect(await phases()).toEqual(["signing", "published"]);
  const second = await idOf("published");
  expect((await accounts.tokens.ring.get(accounts.database)).signing.kid).toBe(first);
  await passes("45 minutes");
  expect(await steps()).toEqual(["announce"]);
  await passes("15 minutes");
  expect(await steps()).toEqual(["promote"]);
  expect((await keys()).map(({ id, phase }) => [id, phase])).toEqual([
    [first, "retired"],
    [second, "signing"],
  ]);
  await passes("16 minutes");
  expect(await steps()).toEqual([]);
  await passes("31 seconds");
  expect(await steps()).toEqual(["announce"]);
  await passes("15 minutes");
  expect(await steps()).toEqual(["retire"]);
  expect(await phases()).toEqual(["signing"]);
  expect(
    (await events("tokens.rotation_due")).map(({ tenant_id, data }) => [tenant_id, data.step, data.reason]),
  ).toEqual([
    ["platform", "publish", "deadline"],
    ["platform", "promote", "deadline"],
    ["platform", "retire", "deadline"],
  ]);
  expect((await events("tokens.rotated")).map(({ data }) => data)).toEqual([
    { keyId: first, step: "promote", previousKeyId: null },
    { keyId: second, step: "publish", previousKeyId: first },
    { keyId: second, step: "promote", previousKeyId: first },
    { keyId: first, step: "retire", previousKeyId: null },
  ]);
});

it("catches up after a long sleep, and still lets no key sign before all know it", async () => {
  await ensureSigningKey(ctx());
  await passes("90 days");
  expect(await steps()).toEqual(["publish"]);
  expect(await steps()).toEqual([]);
  await passes("7 minutes 29 seconds");
  expect(await promoteKey(ctx(), ACTOR, await idOf("published"))).toMatchObject({ failure: "not_due" });
  await passes("2 seconds");
  expect(await steps()).toEqual(["promote"]);
});

it("publishes one successor of many asked for at once, in two processes", async () => {
  await ensureSigningKey(ctx());
  const ids = await Promise.all(
    Array.from({ length: 8 }, (_, i) => publishKey(ctx(i % 2 ? accounts : there), ACTOR, true)),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await phases()).toEqual(["signing", "published"]);
  await passes("8 minutes");
  const promoted = await Promise.all(ids.map((id) => promoteKey(ctx(), ACTOR, id)));
  expect(promoted.filter(isFailure)).toEqual([]);
  expect(await phases()).toEqual(["retired", "signing"]);
  expect((await events("tokens.rotated")).map(({ data }) => data.step)).toEqual(["promote", "publish", "promote"]);
});

it("takes no key out while a token of it may hold, and none twice", async () => {
  await ensureSigningKey(ctx());
  const first = await idOf("signing");
  expect(await retireKey(ctx(), ACTOR, first)).toMatchObject({ failure: "not_due" });
  const second = await publishKey(ctx(), ACTOR, true);
  await passes("8 minutes");
  await promoteKey(ctx(), ACTOR, second);
  await passes("16 minutes 29 seconds");
  expect(await retireKey(ctx(), ACTOR, first)).toMatchObject({ failure: "not_due" });
  await passes("2 seconds");
  expect(await retireKey(ctx(), ACTOR, first)).toBeUndefined();
  expect(await retireKey(ctx(), ACTOR, first)).toBeUndefined();
  expect(await promoteKey(ctx(), ACTOR, first)).toMatchObject({ failure: "not_found" });
});

it("replaces a key that somebody else may have at once", async () => {
  const { kid } = (await accounts.tokens.ring.get(accounts.database)).signing;
  expect(await revokeSigningKey(ctx(), ACTOR, kid)).toBe(true);
  accounts.tokens.ring.expire();
  const ring = await accounts.tokens.ring.get(accounts.database);
  expect(ring.verifying.has(kid)).toBe(false);
  expect(ring.signing.kid).not.toBe(kid);
  expect(await revokeSigningKey(ctx(), ACTOR, kid)).toBe(false);
  const next = await publishKey(ctx(), ACTOR, true);
  await revokeSigningKey(ctx(), ACTOR, ring.signing.kid);
  expect(await keys()).toMatchObject([{ id: next, phase: "signing" }]);
});

it("tells of a wish for an early rotation, and of no second while one is under way", async () => {
  await ensureSigningKey(ctx());
  const keyId = await idOf("signing");
  expect(await requestRotation(ctx(), ACTOR, "a laptop was lost")).toEqual({ keyId });
  expect((await events("tokens.rotation_due")).map(({ data }) => data)).toEqual([
    {
      keyId,
      step: "publish",
      reason: "requested",
      deadlineAt: null,
      requestedBy: "user:test",
      note: "a laptop was lost",
    },
  ]);
  expect(await phases()).toEqual(["signing"]);
  await publishKey(ctx(), ACTOR, true);
  expect(await requestRotation(ctx(), ACTOR, null)).toMatchObject({ failure: "already_exists" });
});

it("sweeps changes that no token can rest on any more", async () => {
  await accounts.pool.query("select rainwire_note_change('key:1', true), rainwire_note_change('key:2', true)");
  await accounts.pool.query(
    "update credential_changes set expires_at = now() - interval '1 second' where subject = 'key:1'",
  );
  await sweepTokens(accounts.database);
  const { rows } = await accounts.pool.query("select subject from credential_changes");
  expect(rows).toEqual([{ subject: "key:2" }]);
});
