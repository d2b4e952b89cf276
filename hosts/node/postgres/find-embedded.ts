import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import {
  dataDirectory,
  EMBEDDED_DATABASE,
  EMBEDDED_USER,
  isClusterPresent,
  readCredentials,
} from "./data-directory.ts";
import { runningServer } from "./server-processes.ts";

/** The URL of the embedded database in `dataDir` when its server runs; makes and starts nothing. */
export async function findEmbeddedUrl(dataDir: string): Promise<string | undefined> {
  const directory = dataDirectory(dataDir);
  if (!existsSync(directory.credentials) || !(await isClusterPresent(directory))) return undefined;
  const server = await runningServer(await realpath(directory.cluster));
  if (server === undefined || server.port === 0) return undefined;
  const { password } = await readCredentials(directory);
  return `postgres://${EMBEDDED_USER}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${EMBEDDED_DATABASE}`;
}
