import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { StoredWorkflow } from "#shared/adapters/n8n/n8n-authoring.ts";

const INDEX = "backup.json";

const Index = z.object({
  url: z.string(),
  takenAt: z.string(),
  workflows: z.array(z.object({ id: z.string(), name: z.string(), active: z.boolean(), file: z.string() })),
});

/** All workflows of an n8n at one time, with everything that its public API tells of them. */
export interface Backup {
  url: string;
  takenAt: string;
  workflows: StoredWorkflow[];
}

/**
 * Writes a folder named after the time and the n8n, readable by its owner only: a file per workflow, which n8n's editor
 * can import too, and an index. Whole or not at all. Returns the folder's path.
 */
export function writeBackup(backupsDir: string, { url, takenAt, workflows }: Backup): string {
  const { host } = new URL(url);
  const name = `${takenAt.replaceAll(/[:.]/g, "-")}_${host.replaceAll(/[^A-Za-z0-9.-]/g, "-")}`;
  const dir = join(backupsDir, name);
  const draft = `${dir}.tmp`;
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const entries = workflows.map((workflow) => {
    const { id, name, active } = workflow;
    const file = `${encodeURIComponent(id)}.json`;
    writeFileSync(join(draft, file), json(workflow), { mode: 0o600 });
    return { id, name, active, file };
  });
  writeFileSync(join(draft, INDEX), json({ url, takenAt, workflows: entries }), { mode: 0o600 });
  renameSync(draft, dir);
  return dir;
}

/** Reads what `writeBackup` wrote, by the folder or its index. Throws when it is no backup. */
export function readBackup(path: string): Backup {
  const dir = existsSync(path) && statSync(path).isFile() ? dirname(path) : path;
  const indexPath = join(dir, INDEX);
  if (!existsSync(indexPath)) {
    throw new Error(`${path} is no backup: ${INDEX} is missing. Name a folder that "backup" or "push" wrote.`);
  }
  const { url, takenAt, workflows } = Index.parse(JSON.parse(readFileSync(indexPath, "utf8")));
  return {
    url,
    takenAt,
    workflows: workflows.map(({ file }) => StoredWorkflow.parse(JSON.parse(readFileSync(join(dir, file), "utf8")))),
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
