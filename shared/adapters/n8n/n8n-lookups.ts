import type { Sender } from "#shared/webhooks/sender.ts";
import type { InstanceSecrets } from "#shared/workflows/instances.ts";
import type { N8nPort, N8nRunState } from "#shared/workflows/n8n-port.ts";
import { createN8nApi, N8nApiError, type N8nExecutionStatus, type SendRequest } from "./n8n-api.ts";

const LOOKUP_TIMEOUT_MS = 10_000;

const STATES: Record<N8nExecutionStatus, N8nRunState> = {
  new: "running",
  running: "running",
  waiting: "waiting",
  success: "succeeded",
  canceled: "broken",
  crashed: "broken",
  error: "broken",
  unknown: "unknown",
};

/** {@link N8nPort} over n8n's public API, through the safe sender. */
export function n8nLookups(sender: Sender): N8nPort {
  const apiOf = ({ baseUrl, apiKey }: InstanceSecrets) =>
    apiKey === null ? undefined : createN8nApi({ baseUrl, apiKey, send: sendThrough(sender) });
  return {
    async stateOf(instance, n8nExecutionId) {
      try {
        const execution = await apiOf(instance)?.getExecution(n8nExecutionId);
        return execution ? STATES[execution.status] : "unknown";
      } catch (error) {
        return error instanceof N8nApiError && error.code === "not_found" ? "broken" : "unknown";
      }
    },
    async stop(instance, n8nExecutionId) {
      try {
        await apiOf(instance)?.stopExecution(n8nExecutionId);
      } catch {
        // The run's late result is refused anyhow.
      }
    },
  };
}

const sendThrough =
  (sender: Sender): SendRequest =>
  async (request) => {
    const body = await request.text();
    const result = await sender.send({
      method: request.method as "GET" | "POST" | "DELETE", // safe: the methods that n8n-api.ts uses
      url: request.url,
      headers: Object.fromEntries(request.headers),
      timeoutMs: LOOKUP_TIMEOUT_MS,
      isOperatorHost: true,
      ...(body === "" ? {} : { body }),
    });
    if (result.kind !== "answered") throw new TypeError(result.reason);
    const hasBody = result.status !== 204 && result.status !== 304;
    return new Response(hasBody ? result.body : null, { status: result.status, headers: result.headers });
  };
