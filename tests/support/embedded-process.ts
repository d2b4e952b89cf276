import { startEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";

const [dataDir] = process.argv.slice(2);
if (dataDir === undefined)
  throw new Error("Usage: embedded-process.ts DATA_DIRECTORY, with a standard input that ends");

const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: "off" } });
console.log(JSON.stringify({ url: postgres.url, isOwner: postgres.isOwner }));
process.stdin.resume();
process.stdin.on("end", async () => console.log(await postgres.stop()));
