import { chmod, mkdtemp, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const IN_MEMORY = "/dev/shm";
const NEEDED_BYTES = 2 * 1024 ** 3;

/**
 * Makes a temporary directory that PostgreSQL's user may pass through; the caller removes it. It lies in memory where there is
 * room: a clone of the template database takes 20 ms there and 240 ms on this machine's ext4 (November 2026).
 */
export async function temporaryDirectory(name: string): Promise<string> {
  const space = await statfs(IN_MEMORY).catch(() => undefined);
  const hasRoom = space !== undefined && space.bavail * space.bsize > NEEDED_BYTES;
  const path = await mkdtemp(join(hasRoom ? IN_MEMORY : tmpdir(), `rainwire-${name}-`));
  await chmod(path, 0o711);
  return path;
}
