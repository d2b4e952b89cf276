import { randomBytes } from "node:crypto";
import { access, chown, constants, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { SystemUser } from "./unprivileged-user.ts";

/**
 * What a data directory holds:
 * - `cluster/`: PostgreSQL's own files; a link to /var/lib/rainwire where its user may not enter this directory
 * - `credentials.json`: the generated password and the port last used; only its owner can read it
 * - `lock`: held by whoever starts or stops the server
 */
export interface DataDirectory {
  readonly path: string;
  readonly cluster: string;
  readonly credentials: string;
  readonly lock: string;
}

export interface Credentials {
  readonly password: string;
  readonly port: number | undefined;
}

/** The superuser of the embedded server, and the database that Rainwire uses in it. */
export const EMBEDDED_USER = "rainwire";
export const EMBEDDED_DATABASE = "rainwire";

/** The paths of the data directory at `dataDir`; nothing is made. */
export function dataDirectory(dataDir: string): DataDirectory {
  const path = resolve(dataDir);
  return {
    path,
    cluster: join(path, "cluster"),
    credentials: join(path, "credentials.json"),
    lock: join(path, "lock"),
  };
}

/** Makes the directory where it is missing. As root, PostgreSQL's user must be able to pass through it. */
export async function makeDataDirectory(directory: DataDirectory): Promise<void> {
  await mkdir(directory.path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  await access(directory.path, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: Error) => {
    throw new Error(
      `${error.message}. The data directory ${directory.path} belongs to another user: start Rainwire as that one, or choose another directory.`,
    );
  });
}

/** Reads the credentials, making a password at the first start. */
export async function readCredentials(directory: DataDirectory): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(directory.credentials, "utf8");
  } catch (error) {
    // safe: node:fs rejects with ErrnoException.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (await isClusterPresent(directory)) {
      throw new Error(
        `${directory.credentials} is missing, and with it the password of the database in ${directory.cluster}.`,
      );
    }
    const made = { password: randomBytes(24).toString("base64url"), port: undefined };
    await writeCredentials(directory, made);
    return made;
  }
  // safe: written below; a damaged file fails in the next line or at the connection.
  const { password, port } = JSON.parse(text) as { password: string; port?: number };
  return { password, port };
}

export async function writeCredentials(directory: DataDirectory, credentials: Credentials): Promise<void> {
  const partial = `${directory.credentials}.partial`;
  await writeFile(partial, `${JSON.stringify(credentials)}\n`, { mode: 0o600 });
  if (process.getuid?.() === 0) {
    const { uid, gid } = await stat(directory.path);
    await chown(partial, uid, gid);
  }
  await rename(partial, directory.credentials);
}

export async function isClusterPresent(directory: DataDirectory): Promise<boolean> {
  return (await clusterMajor(directory)) !== undefined;
}

async function clusterMajor(directory: DataDirectory): Promise<string | undefined> {
  const text = await readFile(join(directory.cluster, "PG_VERSION"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  return text?.trim();
}

/** Throws when the data was written by another major version of PostgreSQL than the installed one. */
export async function refuseOtherMajor(directory: DataDirectory, installedMajor: string): Promise<void> {
  const found = await clusterMajor(directory);
  if (found === undefined || found === installedMajor) return;
  throw new Error(
    `The data in ${directory.path} is of PostgreSQL ${found}, but PostgreSQL ${installedMajor} is installed, which cannot read it. ` +
      `With the Rainwire that has PostgreSQL ${found}: "npm run data -- export <file>". ` +
      `Then move ${directory.path} away, and with this one: "npm run data -- import <file>".`,
  );
}

/** The user that the existing cluster belongs to, when we are root and may choose. */
export async function clusterOwner(directory: DataDirectory): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0 || !(await isClusterPresent(directory))) return undefined;
  const { uid, gid } = await stat(directory.cluster);
  return uid === 0 ? undefined : { uid, gid };
}
