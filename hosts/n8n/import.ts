import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { N8nApi } from "#shared/adapters/n8n/n8n-api.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import { activateWorkflows, deactivateWorkflows, waitUntilLive } from "./activate.ts";
import { readIfPresent, writePrivateFile } from "./private-file.ts";
import { distinct, listWorkflowFiles, readWorkflowFile, type WorkflowFile } from "./workflow-file.ts";

/** A credential in plain text, as `n8n import:credentials` takes it; n8n encrypts it on import. */
export interface N8nCredential {
  id: string;
  name: string;
  type: string;
  data: Record<string, unknown>;
}

export interface WorkflowImports {
  /** A folder of `*.json`, or the files themselves. */
  workflows: { dir: string } | { files: string[] };
  credentials: N8nCredential[];
  /** Applied to each file's text on its way in: for an address that n8n has no variable for, such as the error workflow's target. */
  rewrite?: (text: string) => string;
}

export interface ImportResult {
  /** Ids of what was new or changed; unchanged files are left alone, since an import deactivates. */
  importedCredentials: string[];
  importedWorkflows: string[];
}

interface Database {
  dataDir: string;
  runCommand(args: string[]): Promise<string>;
}

interface RunningN8n extends Database {
  baseUrl: string;
  api: N8nApi;
}

const Imported = z.object({
  credentials: z.record(z.string(), z.string()),
  workflows: z.record(z.string(), z.string()),
});
type Imported = z.infer<typeof Imported>;

/**
 * Imports what changed into a running n8n, activates every workflow and waits until each webhook answers.
 * A changed workflow answers 404 for about 3 s meanwhile.
 */
export async function importWorkflows(
  n8n: RunningN8n,
  imports: WorkflowImports,
  onLog?: (line: string) => void,
): Promise<ImportResult> {
  const known = readImported(n8n.dataDir);
  const changed = readFiles(imports).filter((file) => known.workflows[file.id] !== file.sha256);
  await deactivateWorkflows(n8n.api, n8n.baseUrl, changed);
  const result = await importIntoDatabase(n8n, imports, onLog);
  await activateImported(n8n, imports, onLog);
  return result;
}

/** The part of an import that needs no running n8n. Throws, importing nothing, when a file is not a workflow. */
export async function importIntoDatabase(
  { dataDir, runCommand }: Database,
  imports: WorkflowImports,
  onLog: (line: string) => void = () => {},
): Promise<ImportResult> {
  const files = readFiles(imports);
  const known = readImported(dataDir);
  const credentials = imports.credentials.filter(
    (credential) => known.credentials[credential.id] !== hashOf(credential),
  );
  const workflows = files.filter((file) => known.workflows[file.id] !== file.sha256);
  const draftsDir = join(dataDir, "import");
  mkdirSync(draftsDir, { recursive: true, mode: 0o700 });
  const dir = mkdtempSync(join(draftsDir, "run-"));
  try {
    if (credentials.length > 0) {
      onLog(`importing ${credentials.length} credentials`);
      const input = join(dir, "credentials.json");
      writeFileSync(input, JSON.stringify(credentials), { mode: 0o600 });
      await runCommand(["import:credentials", `--input=${input}`]);
      for (const credential of credentials) known.credentials[credential.id] = hashOf(credential);
      saveImported(dataDir, known);
    }
    if (workflows.length > 0) {
      onLog(`importing ${workflows.length} workflows`);
      const input = join(dir, "workflows");
      mkdirSync(input);
      for (const file of workflows) writeFileSync(join(input, `${encodeURIComponent(file.id)}.json`), file.text);
      await runCommand(["import:workflow", "--separate", `--input=${input}`]);
      for (const file of workflows) known.workflows[file.id] = file.sha256;
      saveImported(dataDir, known);
    }
  } finally {
    rmSync(draftsDir, { recursive: true, force: true });
  }
  return {
    importedCredentials: credentials.map(({ id }) => id),
    importedWorkflows: workflows.map(({ id }) => id),
  };
}

/** Activates every workflow of `imports` that is not active, importing again those deleted in n8n, and waits for the webhooks. */
export async function activateImported(
  n8n: RunningN8n,
  imports: WorkflowImports,
  onLog: (line: string) => void = () => {},
): Promise<void> {
  const files = readFiles(imports);
  const present = new Set((await n8n.api.listWorkflows()).map(({ id }) => id));
  if (files.some(({ id }) => !present.has(id))) {
    const known = readImported(n8n.dataDir);
    saveImported(n8n.dataDir, {
      credentials: {},
      workflows: Object.fromEntries(Object.entries(known.workflows).filter(([id]) => present.has(id))),
    });
    await importIntoDatabase(n8n, imports, onLog);
  }
  await activateWorkflows(n8n.api, files, onLog);
  await waitUntilLive(
    n8n.baseUrl,
    files.flatMap((file) => file.webhooks),
  );
}

/** After a restart, which brings active workflows back by itself: waits until their webhooks answer again. */
export async function waitForImported(n8n: RunningN8n, imports: WorkflowImports): Promise<void> {
  const active = new Set((await n8n.api.listWorkflows()).filter((workflow) => workflow.active).map(({ id }) => id));
  const files = readFiles(imports).filter(({ id }) => active.has(id));
  await waitUntilLive(
    n8n.baseUrl,
    files.flatMap((file) => file.webhooks),
  );
}

function readFiles({ workflows, rewrite }: WorkflowImports): WorkflowFile[] {
  const paths = "dir" in workflows ? listWorkflowFiles(workflows.dir) : workflows.files;
  return distinct(paths.map((path) => readWorkflowFile(path, rewrite)));
}

/** Beside the database, so that whoever deletes the one deletes the other. */
const importedFile = (dataDir: string) => join(dataDir, ".n8n", "rainwire-imported.json");

function readImported(dataDir: string): Imported {
  const text = readIfPresent(importedFile(dataDir));
  return text === undefined ? { credentials: {}, workflows: {} } : Imported.parse(JSON.parse(text));
}

function saveImported(dataDir: string, imported: Imported): void {
  writePrivateFile(importedFile(dataDir), JSON.stringify(imported));
}

function hashOf(credential: N8nCredential): string {
  return sha256Hex(JSON.stringify(credential));
}
