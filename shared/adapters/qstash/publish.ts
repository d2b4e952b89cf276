import { z } from "zod";
import type { Publication, Published, Publisher } from "#shared/webhooks/publisher.ts";

export interface QstashOptions {
  readonly token: string;
  /** Of the account's region. */
  readonly baseUrl: string;
}

/** {@link Publisher} over Upstash QStash. The SDK is loaded at the first publication. */
export function qstashPublisher({ token, baseUrl }: QstashOptions): Publisher {
  const connect = async () => {
    const { Client } = await import("@upstash/qstash");
    return new Client({ token, baseUrl, retry: false, enableTelemetry: false, devMode: false });
  };
  return {
    async publish(publication) {
      const request = toRequest(publication);
      try {
        return toPublished(await (await connect()).publishJSON(request));
      } catch (error) {
        return toFailure(error);
      }
    },
    async publishAll(publications) {
      const requests = publications.map(toRequest);
      if (requests.length === 0) return [];
      try {
        const answers: readonly unknown[] = await (await connect()).batchJSON(requests);
        return requests.map((_, i) => toPublished(answers[i]));
      } catch (error) {
        const failure = toFailure(error);
        return requests.map(() => failure);
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

const Answer = z.object({ messageId: z.string(), deduplicated: z.boolean().default(false) });

function toPublished(answer: unknown): Published {
  const { data } = Answer.safeParse(answer);
  return data
    ? { kind: "accepted", messageId: data.messageId, isDuplicate: data.deduplicated }
    : { kind: "unavailable", detail: `QStash answered without an id: ${JSON.stringify(answer)?.slice(0, 200)}` };
}

/** The SDK's errors carry the answer's status; without one there was no answer. */
function toFailure(error: unknown): Published {
  const detail = error instanceof Error ? error.message : String(error);
  const status =
    error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : undefined;
  const isFinal = status !== undefined && status >= 400 && status < 500 && status !== 429;
  return isFinal ? { kind: "refused", status, detail } : { kind: "unavailable", detail };
}
