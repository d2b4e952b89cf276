import { expect, it } from "vitest";
import { redis } from "#hosts/node/doctor/checks/redis.ts";
import type { DoctorContext } from "#hosts/node/doctor/context.ts";
import { startRedis } from "#tests/support/redis-server.ts";

const look = (environment: NodeJS.Dict<string>) => redis.run({ environment } as DoctorContext); // safe: the check reads nothing else

it("says whether Redis answers", async () => {
  const server = await startRedis();
  expect(await look({ REDIS_URL: server.url })).toMatchObject({
    says: expect.stringMatching(/^answers in [\d.]+ ms$/),
  });
  await server.kill();
  expect(await look({ REDIS_URL: server.url })).toMatchObject({
    status: "fail",
    says: expect.stringMatching(/^does not answer: connect ECONNREFUSED/),
    mend: expect.stringContaining("REDIS_URL"),
  });
  expect(await look({})).toMatchObject({ status: "skipped" });
});
