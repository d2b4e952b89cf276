import { setTimeout as delay } from "node:timers/promises";

/** One run of a workflow that answered at once and calls back. */
export interface CallbackRun {
  callbackUrl: string;
  token: string;
  executionId: string;
  attempt: number;
  n8nExecutionId: string;
}

export interface CallbackOptions {
  /** The run claims and then vanishes, as when n8n crashes. */
  vanishes: boolean;
  isOver(): boolean;
  onGranted(run: CallbackRun): void;
  onRefused(): void;
  onRepeat(): void;
}

const PAUSE_MS = 150;

/** Claims the execution and reports its result, asking again for as long as the host does not answer. */
export async function runCallbacks(run: CallbackRun, options: CallbackOptions): Promise<void> {
  const { attempt, n8nExecutionId } = run;
  const claim = await postUntilAnswered(run, "claim", { attempt, n8nExecutionId, n8nWorkflowId: "chaos" }, options);
  if (claim === undefined) return;
  if (claim.status !== 200 || claim.body.outcome !== "run") return options.onRefused();
  options.onGranted(run);
  if (options.vanishes) return;
  const result = { attempt, status: "succeeded", result: { via: "callback" } };
  const completed = await postUntilAnswered(run, "result", result, options);
  if (completed !== undefined && completed.status !== 200) options.onRefused();
}

async function postUntilAnswered(
  { callbackUrl, executionId, token }: CallbackRun,
  path: string,
  body: object,
  { isOver, onRepeat }: CallbackOptions,
): Promise<{ status: number; body: { outcome?: string } } | undefined> {
  while (!isOver()) {
    try {
      const response = await fetch(`${callbackUrl}/v1/executions/${executionId}/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(5_000),
      });
      const answer = (await response.json()) as { outcome?: string }; // safe: the host's own JSON; only `outcome` is read
      if (response.status < 500) return { status: response.status, body: answer };
    } catch {
      // The host is away.
    }
    onRepeat();
    await delay(PAUSE_MS);
  }
  return undefined;
}
