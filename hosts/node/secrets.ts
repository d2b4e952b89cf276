import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { readSecrets, secretsFile } from "#hosts/n8n/credentials.ts";
import { readIfPresent, writePrivateFile } from "#hosts/n8n/private-file.ts";
import { withFileLock } from "./postgres/file-lock.ts";

export interface HostSecrets {
  RAINWIRE_SECRET: string;
  N8N_SIGNING_SECRET: string;
  N8N_WEBHOOK_KEY: string;
  N8N_ERROR_KEY: string;
}

/**
 * The secrets of this data directory, from `<dataDir>/secrets.env` (0600); those that it lacks are made and kept
 * there, once even when processes start together. None of them has a default that two installations could share.
 */
export async function hostSecrets(dataDir: string): Promise<HostSecrets> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return await withFileLock(join(dataDir, "secrets.lock"), async () => readOrMake(dataDir));
}

function readOrMake(dataDir: string): HostSecrets {
  const path = secretsFile(dataDir);
  const text = readIfPresent(path) ?? "";
  const known = parseEnv(text).RAINWIRE_SECRET;
  const secret = known ?? randomBytes(32).toString("base64url");
  if (known === undefined) {
    writePrivateFile(path, `${[text.trimEnd(), `RAINWIRE_SECRET=${secret}`].filter(Boolean).join("\n")}\n`);
  }
  return { RAINWIRE_SECRET: secret, ...readSecrets(dataDir) };
}
