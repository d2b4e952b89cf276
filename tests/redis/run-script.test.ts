import { expect, it } from "vitest";
import { connectRedis } from "#shared/adapters/redis/connection.ts";
import { redisScript, runScript } from "#shared/adapters/redis/run-script.ts";
import { startRedis } from "#tests/support/redis-server.ts";

it("a script's first call may travel with commands of before, and a server that forgot it is sent it again", async () => {
  const server = await startRedis();
  const connection = await connectRedis({ url: server.url, onChange: () => undefined });
  const script = redisScript("return {KEYS[1], ARGV[1]}");
  const run = () => connection.attempt((redis) => runScript(redis, script, ["k"], ["v"]));
  const answers = await Promise.all([connection.attempt((redis) => redis.set("a", "b")), run(), run()]);
  expect(answers).toEqual(["OK", ["rainwire:k", "v"], ["rainwire:k", "v"]]);
  await connection.attempt((redis) => redis.script("FLUSH"));
  expect(await run()).toEqual(["rainwire:k", "v"]);
  await connection.close();
  await server.kill();
});
