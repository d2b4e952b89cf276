import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { startProcess } from "#tests/support/host.ts";
import { rehearse } from "../../bench/tokens/rehearse.ts";

describe("a rehearsal", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
  });
  afterAll(() => database.drop());

  it("rotates under load without a failed verification, and finds the failures of verifiers that keep keys too long", async () => {
    const good = await rehearse({ databaseUrl: database.url, rotations: 2 });
    expect(good.failed).toEqual([]);
    expect(good.rotations).toBe(2);
    expect(good.keysUsed).toBeGreaterThanOrEqual(2);
    expect(good.verified).toBeGreaterThan(100);

    const planted = await createTestDatabase({ isEmpty: true });
    const bad = await rehearse({ databaseUrl: planted.url, rotations: 3, holdFactor: 6 });
    await planted.drop();
    expect(bad.failed.map(({ why }) => why)).toContain("the key is not in the JWKS at hand");
  }, 180_000);
});

describe("npm run tokens", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function run(...args: string[]) {
    const env = { DATABASE_URL: database.url, RAINWIRE_SECRET: "a secret of the tests, long enough to sign with" };
    const child = startProcess(["scripts/tokens/main.ts", ...args], env);
    return { code: await child.ended, output: child.output };
  }

  it("shows the keys, publishes a successor, and ends what is named", async () => {
    expect(await run("status")).toMatchObject({ code: 0, output: expect.stringContaining("no signing key yet") });
    expect(await run("rotate")).toMatchObject({ code: 1 });
    const now = await run("rotate", "--now");
    expect(now.code).toBe(0);
    const published = /published ([0-9a-f-]{36})/.exec(now.output)?.[1] ?? "";
    expect(now.output).toMatch(new RegExp(`${published}  EdDSA  published  signs at 20\\d\\d-`));
    expect(await run("rotate", "--note", "again")).toMatchObject({
      code: 1,
      output: "A successor is published already: the rotation is under way.\n",
    });
    const revoked = await run("revoke", "--signing-key", published);
    expect(revoked).toMatchObject({ code: 0, output: expect.stringContaining(`ended: signing key ${published}`) });
    expect(revoked.output).toMatch(/EdDSA {2}signing/);
    expect(await run("revoke", "--user", "nobody")).toMatchObject({
      code: 1,
      output: "nothing to end: 0 sessions and 0 families of user nobody\n",
    });
    expect(await run("dance")).toMatchObject({ code: 2, output: expect.stringContaining("npm run tokens -- status") });
  }, 60_000);
});
