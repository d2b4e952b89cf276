import { rm } from "node:fs/promises";
import { stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined)
  throw new Error("Usage: postgres-reaper.ts DATA_DIRECTORY, with a standard input that ends");

process.stdin.resume();
process.stdin.on("end", () => {
  stopEmbeddedPostgres(directory)
    .then(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }))
    .catch((error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    });
});
