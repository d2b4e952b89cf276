import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "#hosts/n8n/free-port.ts";
import type { N8n } from "#hosts/n8n/n8n.ts";
import { rewriteHooksUrl } from "#hosts/n8n/rewrite-hooks-url.ts";
import { listWorkflowFiles } from "#hosts/n8n/workflow-file.ts";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { createTestDatabase } from "./database.ts";
import { startTestN8n } from "./n8n.ts";

const rootDir = resolve(import.meta.dirname, "../..");

const workflowsDir = join(rootDir, "workflows");

/** The file of a workflow that we ship. */
export const shippedWorkflow = (id: string): string => join(workflowsDir, `${id}.json`);

/** The files of all of them. */
export const shippedWorkflows: readonly string[] = listWorkflowFiles(workflowsDir);

export interface N8nHost {
  host: Host;
  n8n: N8n;
  /** The headers of a JSON call by the first account, who is an operator. */
  asOperator: { authorization: string; "content-type": string };
  /** Stops both, and removes their data. */
  close(): Promise<void>;
}

/**
 * A host and an n8n that know each other: these workflows, and the one for errors, call the host's hooks, and it
 * drives them. About 15 s.
 */
export async function startN8nHost(files: readonly string[], smtpUrl?: string): Promise<N8nHost> {
  await using started = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "rainwire-n8n-host-"));
  started.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const database = await createTestDatabase();
  started.defer(() => database.drop());
  const { n8n, secrets, close } = await startTestN8n({
    workflows: { files: [...new Set([...files, shippedWorkflow("error-handler")])] },
    rewrite: rewriteHooksUrl(`${publicUrl}/hooks`),
    ...(smtpUrl !== undefined && { smtpUrl }),
  });
  started.defer(close);
  const host = await startHost({
    rootDir,
    dataDir,
    port,
    processEnv: {
      DATABASE_URL: database.url,
      PUBLIC_URL: publicUrl,
      N8N_URL: n8n.baseUrl,
      N8N_API_KEY: n8n.apiKey,
      ...secrets,
      LOG_LEVEL: "error",
    },
  });
  started.defer(() => host.stop());
  const kept = started.move();
  return {
    host,
    n8n,
    asOperator: { authorization: `Bearer ${host.firstAccount?.apiKey}`, "content-type": "application/json" },
    close: () => kept.disposeAsync(),
  };
}
