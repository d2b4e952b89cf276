import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The account that a host made on its very first run, as it told on file. */
export async function readFirstAccount(dataDir: string): Promise<{ apiKey: string; tenantId: string }> {
  const path = join(dataDir, "first-account.txt");
  for (let tries = 0; !existsSync(path) && tries < 200; tries++) await delay(50);
  const text = await readFile(path, "utf8");
  const apiKey = /^API key +(\S+)$/m.exec(text)?.[1];
  const tenantId = /^tenant .*\((.+)\)$/m.exec(text)?.[1];
  if (!apiKey || !tenantId) throw new Error(`${path} does not name an API key and a tenant.`);
  return { apiKey, tenantId };
}
