import { randomBytes } from "node:crypto";
import { appendFile, chown, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PostgresBinaries } from "./binaries.ts";
import { type DataDirectory, EMBEDDED_USER } from "./data-directory.ts";
import { runBinary } from "./run-binary.ts";
import { SETTINGS_FILE } from "./settings.ts";
import { canEnter, type SystemUser } from "./unprivileged-user.ts";

const PARTIAL = "partial-";
const OUTSIDE_DIRECTORY = "/var/lib/rainwire";

/**
 * Makes a new cluster: UTF-8, ordered by code point, with Unicode's rules for upper and lower case on every machine alike.
 * `cluster` appears only when it is whole, so an interrupted start leaves nothing that a later one would take for data.
 */
export async function initialiseCluster(
  directory: DataDirectory,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  password: string,
  isDurable: boolean,
): Promise<void> {
  const isInside = user === undefined || (await canEnter(user, directory.path));
  const home = isInside ? directory.path : OUTSIDE_DIRECTORY;
  if (!isInside) await mkdir(home, { recursive: true, mode: 0o711 });
  const final = isInside ? directory.cluster : join(home, `cluster-${randomBytes(8).toString("hex")}`);
  await removeLeftovers(home);
  // A new name each time: the initdb of a killed process may still write under the name of before.
  const partial = join(home, `${PARTIAL}${randomBytes(4).toString("hex")}`);
  const passwordFile = `${partial}.password`;
  await mkdir(partial, { mode: 0o700 });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user !== undefined) {
      await Promise.all([chown(partial, user.uid, user.gid), chown(passwordFile, user.uid, user.gid)]);
    }
    const { code, output } = await runBinary(
      binaries.initdb,
      [
        `--pgdata=${partial}`,
        `--username=${EMBEDDED_USER}`,
        `--pwfile=${passwordFile}`,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
        ...(isDurable ? [] : ["--no-sync"]),
      ],
      { user, cwd: home },
    );
    if (code !== 0) throw new Error(`PostgreSQL's initdb failed in ${partial}: ${output}`);
    await appendFile(join(partial, "postgresql.conf"), `\ninclude_if_exists '${SETTINGS_FILE}'\n`);
    await rename(partial, final);
    if (!isInside) await symlink(final, directory.cluster);
  } finally {
    await Promise.all([rm(passwordFile, { force: true }), rm(partial, { recursive: true, force: true })]);
  }
}

async function removeLeftovers(home: string): Promise<void> {
  if (home === OUTSIDE_DIRECTORY) return; // shared by data directories, another of which may start just now
  const names = (await readdir(home)).filter((name) => name.startsWith(PARTIAL));
  await Promise.all(names.map((name) => rm(join(home, name), { recursive: true, force: true, maxRetries: 3 })));
}
