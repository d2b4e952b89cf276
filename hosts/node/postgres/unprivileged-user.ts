import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A user of this system that PostgreSQL runs as. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const OWN_USER = "rainwire-postgres";

/**
 * PostgreSQL refuses to run as root. Returns undefined when we are not root; else `rainwire-postgres` or `postgres` where
 * one exists, else makes `rainwire-postgres` with useradd. Throws when that fails.
 */
export async function unprivilegedUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = (await findUser(OWN_USER)) ?? (await findUser("postgres"));
  if (existing !== undefined) return existing;

  let reason = "";
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await run("useradd", [
      "--system",
      "--user-group",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      OWN_USER,
    ]).catch((error: Error) => {
      reason = error.message.trim();
    });
    const made = await findUser(OWN_USER);
    if (made !== undefined) return made;
  }
  throw new Error(
    `PostgreSQL does not run as root, and the user ${OWN_USER} could not be made for it: ${reason}. ` +
      `Make one ("useradd --system ${OWN_USER}"), start Rainwire as a normal user, or set DATABASE_URL.`,
  );
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", name]), run("id", ["-g", name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Whether `user` may enter `path` and every directory above it, by their modes (access control lists are not looked at). */
export async function canEnter(user: SystemUser, path: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(path);
  return parent === path || canEnter(user, parent);
}
