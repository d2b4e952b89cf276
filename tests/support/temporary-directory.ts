import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a directory under the system's temporary one that PostgreSQL's user may pass through; the caller removes it. */
export async function temporaryDirectory(name: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), `rainwire-${name}-`));
  await chmod(path, 0o711);
  return path;
}
