import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { memoryKvCache } from "#hosts/node/kv-cache.ts";
import { countRedisCommands, runAs } from "#hosts/running/current-invocation.ts";
import { meteredKvCache } from "#hosts/running/metered-kv-cache.ts";
import { beginInvocation } from "#shared/costs/invocation.ts";
import { childTrace } from "#shared/tracing/trace-context.ts";

const begin = (name: string) => beginInvocation(name, "http", childTrace(undefined), 0);

it("counts what goes through shared connections on the invocation that sends it, though several run at once", async () => {
  const cache = meteredKvCache(memoryKvCache());
  const [reader, writer] = [begin("reader"), begin("writer")];
  await Promise.all([
    runAs(reader, async () => {
      for (let i = 0; i < 3; i++) {
        await cache.get("missing");
        await turn();
        countRedisCommands(2);
      }
      await cache.list();
    }),
    runAs(writer, async () => {
      await turn();
      await cache.put("a", "1");
      await turn();
      await cache.delete("a");
      countRedisCommands(3);
    }),
  ]);
  countRedisCommands(100); // nobody's
  expect(reader.counts).toMatchObject({ kvReads: 3, kvLists: 1, kvWrites: 0, kvDeletes: 0, redisCommands: 6 });
  expect(writer.counts).toMatchObject({ kvReads: 0, kvLists: 0, kvWrites: 1, kvDeletes: 1, redisCommands: 3 });
});
