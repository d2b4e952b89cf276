import { setTimeout as pause } from "node:timers/promises";
import type { StoredWorkflow } from "#shared/adapters/n8n/n8n-authoring.ts";
import { waitUntilLive } from "../activate.ts";
import type { WebhookAddress } from "../workflow-file.ts";
import { isPublished } from "./compare.ts";
import type { RemoteN8n } from "./connect.ts";

const PUBLISHED_WITHIN_MS = 60_000;

/**
 * Publishes what the editor shows, unless that is what runs, and waits until its webhooks answer. A workflow that
 * was published before stays reachable meanwhile, in its former version for up to a second or so.
 */
export async function publish(
  { url, authoring }: RemoteN8n,
  workflow: StoredWorkflow,
  webhooks: WebhookAddress[],
): Promise<void> {
  let now = isPublished(workflow) ? workflow : await authoring.activate(workflow.id);
  const deadline = performance.now() + PUBLISHED_WITHIN_MS;
  while (!isPublished(now)) {
    if (performance.now() > deadline) {
      throw new Error(`n8n did not publish "${workflow.name}" within ${PUBLISHED_WITHIN_MS / 1000} s. See its log.`);
    }
    await pause(200);
    now = await authoring.getWorkflow(workflow.id);
  }
  await waitUntilLive(url, webhooks);
}
