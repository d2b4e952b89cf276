import { installN8n } from "#hosts/n8n/install.ts";

/** Vitest globalSetup of the n8n project: the pinned n8n is on this machine before the first test. */
export async function setup(): Promise<void> {
  await installN8n({ onProgress: (line) => process.stderr.write(`${line}\n`) });
}
