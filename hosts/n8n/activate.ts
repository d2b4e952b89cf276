import { setTimeout as pause } from "node:timers/promises";
import type { N8nApi } from "#shared/adapters/n8n/n8n-api.ts";
import type { WebhookAddress, WorkflowFile } from "./workflow-file.ts";

const LIVE_WITHIN_MS = 60_000;

/**
 * Activates those of `files` that are not active, error workflows first: n8n reports failures only to a
 * published one. Throws with n8n's reason for the workflows it refuses.
 */
export async function activateWorkflows(
  api: N8nApi,
  files: WorkflowFile[],
  onLog: (line: string) => void,
): Promise<void> {
  const active = new Set((await api.listWorkflows()).filter((workflow) => workflow.active).map(({ id }) => id));
  const errorWorkflowIds = new Set(files.map((file) => file.errorWorkflowId));
  const waiting = files
    .filter(({ id }) => !active.has(id))
    .sort((a, b) => Number(errorWorkflowIds.has(b.id)) - Number(errorWorkflowIds.has(a.id)));
  if (waiting.length > 0) onLog(`activating ${waiting.length} workflows`);

  // A workflow that calls another is refused until that one is active: each round may free some.
  let refusals = await tryActivate(api, waiting);
  while (refusals.length > 0) {
    const next = await tryActivate(
      api,
      refusals.map(({ file }) => file),
    );
    if (next.length === refusals.length) {
      const reasons = next.map(({ file, reason }) => `"${file.name}": ${reason}`).join("\n");
      throw new Error(`n8n would not activate these workflows:\n${reasons}`);
    }
    refusals = next;
  }
}

async function tryActivate(api: N8nApi, files: WorkflowFile[]): Promise<{ file: WorkflowFile; reason: string }[]> {
  const refusals = [];
  for (const file of files) {
    try {
      await api.activate(file.id);
    } catch (error) {
      refusals.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return refusals;
}

/**
 * Takes down those of `files` that are active and waits until their webhooks are gone. n8n publishes in the
 * background and serves the old version until it is done: only so can one tell when a new version is live.
 */
export async function deactivateWorkflows(api: N8nApi, baseUrl: string, files: WorkflowFile[]): Promise<void> {
  const active = new Set((await api.listWorkflows()).filter((workflow) => workflow.active).map(({ id }) => id));
  for (const file of files.filter(({ id }) => active.has(id))) {
    await api.deactivate(file.id);
    await waitForWebhooks(baseUrl, file.webhooks, { isLive: false });
  }
}

/** Waits until n8n has registered every webhook: an active workflow may answer 404 for a second more. */
export async function waitUntilLive(baseUrl: string, webhooks: WebhookAddress[]): Promise<void> {
  await waitForWebhooks(baseUrl, webhooks, { isLive: true });
}

async function waitForWebhooks(
  baseUrl: string,
  webhooks: WebhookAddress[],
  wanted: { isLive: boolean },
): Promise<void> {
  const deadline = performance.now() + LIVE_WITHIN_MS;
  for (const webhook of webhooks.filter(hasFixedPath)) {
    while ((await isLive(baseUrl, webhook)) !== wanted.isLive) {
      if (performance.now() > deadline) {
        const state = wanted.isLive ? "register" : "give up";
        throw new Error(
          `n8n did not ${state} ${webhook.method} /webhook/${webhook.path} in ${LIVE_WITHIN_MS / 1000} s. See n8n.log.`,
        );
      }
      await pause(50);
    }
  }
}

/** n8n puts a path with parameters under an id of its own, and an expression is known to n8n only. */
function hasFixedPath({ path }: WebhookAddress): boolean {
  return !/^=|(^|\/):/.test(path);
}

/** OPTIONS starts no execution, and names the registered methods when an Origin is sent. */
export async function isLive(baseUrl: string, { method, path }: WebhookAddress): Promise<boolean> {
  const response = await fetch(`${baseUrl}/webhook/${path}`, { method: "OPTIONS", headers: { origin: baseUrl } });
  await response.body?.cancel();
  const methods = response.headers.get("access-control-allow-methods") ?? "";
  return response.status === 204 && methods.split(/,\s*/).includes(method);
}
