import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { readIfPresent, writePrivateFile } from "./private-file.ts";

/** What one n8n data directory needs to be started again: kept beside the data, never logged. */
export const N8nHome = z.object({
  encryptionKey: z.string(),
  ownerPassword: z.string(),
  /** bcrypt. Kept, because a new hash at each start would end the owner's sessions. */
  ownerPasswordHash: z.string(),
  apiKey: z.string().optional(),
});
export type N8nHome = z.infer<typeof N8nHome>;

export function homeFile(dataDir: string): string {
  return join(dataDir, "rainwire-n8n.json");
}

/** Reads the directory's secrets, making them on the first run. Throws when the file is damaged. */
export function openHome(dataDir: string, binPath: string): N8nHome {
  const path = homeFile(dataDir);
  const text = readIfPresent(path);
  if (text !== undefined) {
    const parsed = N8nHome.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new Error(
      `${path} is damaged, so n8n's credentials cannot be read. Restore it, or delete ${dataDir} to start anew.`,
    );
  }
  const ownerPassword = newPassword();
  const home: N8nHome = {
    encryptionKey: randomBytes(32).toString("hex"),
    ownerPassword,
    ownerPasswordHash: hashPassword(ownerPassword, binPath),
  };
  saveHome(dataDir, home);
  return home;
}

export function saveHome(dataDir: string, home: N8nHome): void {
  writePrivateFile(homeFile(dataDir), `${JSON.stringify(home, null, 2)}\n`);
}

/** n8n asks for 8 to 64 characters with a digit and a capital letter. */
function newPassword(): string {
  return `R1${randomBytes(15).toString("base64url")}`;
}

const Bcrypt = z.object({ hashSync: z.function({ input: [z.string(), z.number()], output: z.string() }) });

/** With n8n's own bcryptjs, so that the project needs none. */
function hashPassword(password: string, binPath: string): string {
  return Bcrypt.parse(createRequire(binPath)("bcryptjs")).hashSync(password, 10);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
