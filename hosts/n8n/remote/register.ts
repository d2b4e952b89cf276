import { z } from "zod";
import type { N8nSecrets } from "../credentials.ts";

const ANSWER_WITHIN_MS = 30_000;

const Problem = z.object({ title: z.string().optional(), detail: z.string().optional() });

export interface RegisterInput {
  /** Rainwire's, without a path. */
  rainwireUrl: string;
  /** Of a platform operator: needs `operator:instances`. */
  rainwireKey: string;
  instanceId: string;
  /** Where Rainwire reaches the n8n. */
  n8nUrl: string;
  n8nApiKey: string;
  secrets: N8nSecrets;
}

/** Tells a Rainwire host of an n8n, or of its new address and secrets. Throws with the host's words when it refuses. */
export async function registerInstance(input: RegisterInput): Promise<void> {
  const { rainwireUrl, rainwireKey, instanceId, n8nUrl, n8nApiKey, secrets } = input;
  const url = `${rainwireUrl.replace(/\/+$/, "")}/ops/v1/n8n-instances/${encodeURIComponent(instanceId)}`;
  const response = await fetch(url, {
    method: "PUT",
    headers: { authorization: `Bearer ${rainwireKey}`, "content-type": "application/json" },
    body: JSON.stringify({
      baseUrl: n8nUrl,
      apiKey: n8nApiKey,
      webhookKey: secrets.N8N_WEBHOOK_KEY,
      signingSecret: secrets.N8N_SIGNING_SECRET,
      errorKey: secrets.N8N_ERROR_KEY,
    }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).catch((cause: unknown) => {
    throw new Error(`Rainwire at ${rainwireUrl} did not answer. Is it running?`, { cause });
  });
  if (response.ok) return;
  const problem = Problem.safeParse(await response.json().catch(() => undefined));
  const words = problem.success ? (problem.data.detail ?? problem.data.title) : undefined;
  const hint = response.status === 401 || response.status === 403 ? " The key must be a platform operator's." : "";
  throw new Error(
    `Rainwire answered PUT ${new URL(url).pathname} with ${response.status}: ${words ?? "no reason given"}${hint}`,
  );
}
