import { type Decimal, divide, parseDecimal, toDecimalString } from "#shared/kernel/money.ts";

/**
 * From what is counted to the quantity of a meter, by each provider's own rule. Counts are whole numbers as bigints;
 * quantities are decimal strings, with 28 places where a division does not end.
 */

const decimal = (whole: bigint): Decimal => parseDecimal(whole.toString());

const quotient = (whole: bigint, by: bigint): string => toDecimalString(divide(decimal(whole), decimal(by)));

/** Pieces of at most `chunkBytes` that so many bytes make; an empty message is one, too. */
const chunks = (bytes: bigint, chunkBytes: bigint): bigint =>
  bytes <= 0n ? 1n : (bytes + chunkBytes - 1n) / chunkBytes;

const QUEUES_CHUNK_BYTES = 64_000n;
const QUEUES_METADATA_BYTES = 100n;

/** Cloudflare Queues: operations of one write, read or deletion of a message; its metadata counts along. */
export const queueChunks = (bodyBytes: bigint): bigint => chunks(bodyBytes + QUEUES_METADATA_BYTES, QUEUES_CHUNK_BYTES);

/** How often messages of one size were written, read (each retry is a read), deleted and written to a dead-letter queue. */
export interface QueueTraffic {
  bodyBytes: bigint;
  writes: bigint;
  reads: bigint;
  deletes: bigint;
  deadLetters: bigint;
}

/** Cloudflare Queues: the `operations` of such traffic. */
export const queueOperations = ({ bodyBytes, writes, reads, deletes, deadLetters }: QueueTraffic): string =>
  toDecimalString(decimal(queueChunks(bodyBytes) * (writes + reads + deletes + deadLetters)));

/** Amazon SQS: requests that a payload of one call counts as, in pieces of 64 KiB. */
export const sqsRequests = (payloadBytes: bigint): bigint => chunks(payloadBytes, 65_536n);

/** Amazon API Gateway, HTTP APIs: requests that a call counts as, in pieces of 512 KiB. */
export const httpApiRequests = (payloadBytes: bigint): bigint => chunks(payloadBytes, 524_288n);

/** QStash: `messages` of a schedule that fires every so many minutes. Throws a RangeError on no interval. */
export function scheduledMessages({ everyMinutes, days }: { everyMinutes: bigint; days: bigint }): string {
  if (everyMinutes <= 0n) throw new RangeError("a schedule fires every minute at most");
  return ((days * 1440n) / everyMinutes).toString();
}

/** Durable Objects: `requests`; 20 incoming WebSocket messages count as one. */
export const durableObjectRequests = (requests: bigint, incomingMessages: bigint): string =>
  toDecimalString(decimal(requests).plus(divide(decimal(incomingMessages), decimal(20n))));

/** Durable Objects: `duration` in GB-seconds. 128 MB are charged whatever is used, and 1 GB is 1000 MB. */
export const durableObjectGbSeconds = (activeSeconds: bigint): string => quotient(activeSeconds * 128n, 1000n);

/** AWS Lambda: `duration` in GB-seconds; 1 GB is 1024 MB, and each run's time is rounded up to the millisecond. */
export const lambdaGbSeconds = (invocations: bigint, durationMs: bigint, memoryMb: bigint): string =>
  quotient(invocations * durationMs * memoryMb, 1000n * 1024n);

const NEON_MONTH_HOURS = 744n;
const DECIMAL_GB = 1_000_000_000n;

/** Neon: `compute` in CU-hours. */
export const neonCuHours = (cuSeconds: bigint): string => quotient(cuSeconds, 3600n);

/** Neon: `storage`, `instant-restore` and snapshots in GB-months, of 744 hours each whatever the month. */
export const neonGbMonths = (byteHours: bigint): string => quotient(byteHours, NEON_MONTH_HOURS * DECIMAL_GB);

/** One project's child branches in one hour or day, as Neon's API reports them. */
export interface BranchHours {
  branchHours: bigint;
  hours: bigint;
  /** Of the plan, the root branch included: 10 on Launch, 25 on Scale. */
  branchesPerProject: bigint;
}

/** Neon: `extra-branches` in branch-months; what one bucket leaves of its allowance is of no use to another. */
export function neonBranchMonths(buckets: readonly BranchHours[]): string {
  const billable = buckets.reduce((sum, { branchHours, hours, branchesPerProject }) => {
    const surplus = branchHours - (branchesPerProject - 1n) * hours;
    return surplus > 0n ? sum + surplus : sum;
  }, 0n);
  return quotient(billable, NEON_MONTH_HOURS);
}

/** R2 and Observability: GB-months, from each day's peak in bytes; a month has 30 days, and GB are decimal. */
export const gbMonthsOfDailyPeaks = (peakBytes: readonly bigint[]): string =>
  quotient(
    peakBytes.reduce((sum, bytes) => sum + bytes, 0n),
    30n * DECIMAL_GB,
  );

/** Gigabytes as a meter's card says: decimal (10^9 bytes) or binary (2^30). */
export const gigabytes = (bytes: bigint, kind: "decimal" | "binary"): string =>
  quotient(bytes, kind === "decimal" ? DECIMAL_GB : 1_073_741_824n);
