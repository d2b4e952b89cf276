import { existsSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { secretsFile } from "#hosts/n8n/credentials.ts";
import { findPostgresBinaries } from "../../postgres/binaries.ts";
import { dataDirectory, isClusterPresent, refuseOtherMajor } from "../../postgres/data-directory.ts";
import { broken, type Check, type Finding, ok, skipped, warn } from "../check.ts";

const LOW_DISK_BYTES = 2 * 1024 ** 3;
const NO_DISK_BYTES = 200 * 1024 ** 2;

const gibibytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

export const postgresMajor: Check = {
  name: "PostgreSQL data",
  async run({ dataDir, isEmbedded }) {
    if (!isEmbedded) return skipped("DATABASE_URL is set: the embedded PostgreSQL is not used");
    const directory = dataDirectory(join(dataDir, "postgres"));
    const { major, version } = await findPostgresBinaries(undefined);
    if (!(await isClusterPresent(directory)))
      return ok(`none yet; the first start makes it with PostgreSQL ${version}`);
    try {
      await refuseOtherMajor(directory, major);
    } catch (error) {
      return broken(
        error instanceof Error ? error.message : String(error),
        "Export with the old version, import with this one, as said.",
      );
    }
    return ok(`of PostgreSQL ${major}, as installed (${version})`);
  },
};

export const freeDisk: Check = {
  name: "disk",
  async run({ dataDir }) {
    const { bavail, bsize } = await statfs(nearestPresent(dataDir));
    const free = bavail * bsize;
    const says = `${gibibytes(free)} free at ${dataDir}`;
    const mend = "Free some space, or move the data directory and set RAINWIRE_DATA_DIR.";
    if (free < NO_DISK_BYTES) return broken(says, mend);
    return free < LOW_DISK_BYTES ? warn(says, mend) : ok(says);
  },
};

export const secretFiles: Check = {
  name: "secrets",
  async run({ dataDir }) {
    const paths = [
      secretsFile(dataDir),
      join(dataDir, "postgres", "credentials.json"),
      join(dataDir, "n8n", "rainwire-n8n.json"),
    ];
    const present = paths.filter((path) => existsSync(path));
    if (present.length === 0) return ok("none kept yet; the first start makes them");
    if (process.platform === "win32") return skipped("file modes say nothing on Windows");
    const open = present.filter((path) => (statSync(path).mode & 0o077) !== 0);
    return open.length === 0
      ? ok("readable by their owner only")
      : open.map((path): Finding => broken(`${path} can be read by others`, `chmod 600 ${path}`));
  },
};

function nearestPresent(path: string): string {
  return existsSync(path) ? path : nearestPresent(dirname(path));
}
