/**
 * A host that meters nothing: usage records go nowhere, and no invocation is followed through what it awaits. Started by
 * `bench:edge` alone, to see what metering costs; no setting of a host leads here.
 */
const { getBuiltinModule } = process;
process.getBuiltinModule = ((name: string) =>
  name === "node:async_hooks" ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule; // safe: as on a platform without it
const { join } = await import("node:path");
const { startHost } = await import("#hosts/node/start-host.ts");

const host = await startHost({
  rootDir: join(import.meta.dirname, "../.."),
  dataDir: process.env.RAINWIRE_DATA_DIR ?? "",
  processEnv: process.env,
  usage: { record: () => undefined, close: async () => undefined },
});
process.once("SIGTERM", () => host.stop().then(() => process.exit(0)));
