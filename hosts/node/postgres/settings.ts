import { chown, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import type { PostgresBinaries } from "./binaries.ts";
import { runBinary } from "./run-binary.ts";
import type { SystemUser } from "./unprivileged-user.ts";

/** Included by the cluster's postgresql.conf and written anew at each start; what an operator sets by ALTER SYSTEM wins over it. */
export const SETTINGS_FILE = "rainwire.conf";

const MEBIBYTE = 1024 * 1024;
/** An eighth of the memory, since the host and n8n live here, too. */
const sharedBuffersMb = Math.round(Math.min(Math.max(totalmem() / MEBIBYTE / 8, 256), 2_048));

const DEFAULTS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  max_connections: "200",
  shared_buffers: `${sharedBuffersMb}MB`,
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  effective_cache_size: `${4 * sharedBuffersMb}MB`,
  random_page_cost: "1.1",
  jit: "off",
  synchronous_commit: "on",
  wal_compression: "off", // pglz costs a commit more time than the bytes that it saves
  min_wal_size: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  shared_preload_libraries: "pg_stat_statements",
  track_io_timing: "on",
  logging_collector: "on",
  log_directory: "log",
  log_filename: "postgres-%a.log", // one file per weekday, each overwritten after a week
  log_truncate_on_rotation: "on",
  log_rotation_size: "0",
  log_line_prefix: "%m [%p] %d ",
} as const;

/** Writes the settings of the next start: the defaults, lz4 where this build has it, then `own`. */
export async function writeSettings(
  cluster: string,
  binaries: PostgresBinaries,
  user: SystemUser | undefined,
  own: Readonly<Record<string, string>>,
): Promise<void> {
  const path = join(cluster, SETTINGS_FILE);
  const write = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
    await writeFile(path, lines.join(""), { mode: 0o600 });
    if (user !== undefined) await chown(path, user.uid, user.gid);
  };
  await write({ ...DEFAULTS, ...own });
  if (await hasLz4(cluster, binaries, user)) {
    await write({ ...DEFAULTS, default_toast_compression: "lz4", wal_compression: "lz4", ...own });
  }
}

async function hasLz4(cluster: string, binaries: PostgresBinaries, user: SystemUser | undefined): Promise<boolean> {
  const probe = ["-D", cluster, "-c", "default_toast_compression=lz4", "-C", "default_toast_compression"];
  return (await runBinary(binaries.postgres, probe, { user, cwd: cluster })).code === 0;
}
