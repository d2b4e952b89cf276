import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { credentialsFor, type N8nSecrets, readSecrets } from "#hosts/n8n/credentials.ts";
import type { WorkflowImports } from "#hosts/n8n/import.ts";
import { type N8n, startN8n } from "#hosts/n8n/n8n.ts";

export interface TestN8n {
  n8n: N8n;
  /** What the imported credentials are made from. */
  secrets: N8nSecrets;
  /** Stops n8n and removes its data. */
  close(): Promise<void>;
}

export interface TestN8nOptions {
  /** Without, nothing is imported: no workflow and no credential. */
  workflows?: WorkflowImports["workflows"];
  rewrite?: (text: string) => string;
  extraEnv?: Record<string, string>;
  /** The mail server that workflows send by. */
  smtpUrl?: string;
}

/**
 * A real n8n on a data directory of its own and free ports, with Rainwire's credentials and the given
 * workflows active. About 12 s: start one per file, in `beforeAll`.
 */
export async function startTestN8n({ workflows, rewrite, extraEnv = {}, smtpUrl }: TestN8nOptions): Promise<TestN8n> {
  const root = mkdtempSync(join(tmpdir(), "rainwire-n8n-"));
  const removeRoot = () => rmSync(root, { recursive: true, force: true });
  try {
    const n8n = await startN8n({
      dataDir: join(root, "n8n"),
      ownerEmail: "owner@example.com",
      extraEnv,
      ...(workflows && {
        imports: { workflows, credentials: credentialsFor(root, { SMTP_URL: smtpUrl }), ...(rewrite && { rewrite }) },
      }),
    });
    const close = async () => {
      await n8n.stop();
      removeRoot();
    };
    return { n8n, secrets: readSecrets(root), close };
  } catch (error) {
    removeRoot();
    throw error;
  }
}

/** Asks again until `probe` returns something, and returns that; throws, saying what was awaited, after `withinMs`. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain for ${what}.`);
    await pause(50);
  }
}
