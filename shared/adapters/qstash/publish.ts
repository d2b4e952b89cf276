import type { Publication, Published, Publisher } from "#shared/webhooks/publisher.ts";

export interface QstashOptions {
  readonly token: string;
  /** Of the account's region. */
  readonly baseUrl: string;
}

/** {@link Publisher} over Upstash QStash. The SDK is loaded at the first publication. */
export function qstashPublisher({ token, baseUrl }: QstashOptions): Publisher {
  return {
    async publish(publication) {
      const { Client } = await import("@upstash/qstash");
      const client = new Client({ token, baseUrl, retry: false, enableTelemetry: false, devMode: false });
      try {
        return toPublished(await client.publishJSON(toRequest(publication)));
      } catch (error) {
        return toFailure(error);
      }
    },
  };
}

const seconds = (ms: number): number => Math.ceil(ms / 1000);

function toRequest({
  url,
  body,
  headers,
  delayMs,
  timeoutMs,
  callbackUrl,
  failureCallbackUrl,
  flow,
  ...rest
}: Publication) {
  const { retries, deduplicationId } = rest;
  return {
    url,
    body,
    ...(headers !== undefined && { headers }),
    ...(delayMs !== undefined && { delay: seconds(delayMs) }),
    ...(timeoutMs !== undefined && { timeout: seconds(timeoutMs) }),
    ...(retries !== undefined && { retries }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    ...(callbackUrl !== undefined && { callback: callbackUrl }),
    ...(failureCallbackUrl !== undefined && { failureCallback: failureCallbackUrl }),
    ...(flow !== undefined && { flowControl: toFlowControl(flow) }),
  };
}

function toFlowControl({ key, parallelism, ratePerSecond }: NonNullable<Publication["flow"]>) {
  const rate = ratePerSecond === undefined ? {} : { rate: ratePerSecond };
  if (parallelism !== undefined) return { key, parallelism, ...rate };
  if (ratePerSecond !== undefined) return { key, rate: ratePerSecond };
  throw new RangeError(`Flow control of ${key} limits nothing: give it a parallelism or a rate.`);
}

const toPublished = ({
  messageId,
  deduplicated = false,
}: {
  messageId: string;
  deduplicated?: boolean;
}): Published => ({
  kind: "accepted",
  messageId,
  isDuplicate: deduplicated,
});

/** The SDK's errors carry the answer's status; without one there was no answer. */
function toFailure(error: unknown): Published {
  if (error instanceof RangeError) throw error;
  const detail = error instanceof Error ? error.message : String(error);
  const status =
    error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
  const isFinal = status !== undefined && status >= 400 && status < 500 && status !== 429;
  return isFinal ? { kind: "refused", status, detail } : { kind: "unavailable", detail };
}
