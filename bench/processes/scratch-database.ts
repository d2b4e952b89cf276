import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";

/** An empty PostgreSQL of one's own; `drop` leaves nothing behind, also when the process is interrupted. */
export async function startScratchDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "rainwire-scratch-"));
  await chmod(dataDir, 0o711);
  const drop = async () => {
    await stopEmbeddedPostgres(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => drop().then(() => process.exit(1)));
  const { url } = await startEmbeddedPostgres({ dataDir });
  return { url, drop };
}
