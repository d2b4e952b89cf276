/**
 * What is summed of usage records, whole numbers only: each is additive, so that any cut of the records into parts
 * gives the same sums. Times are in µs, as fine as records tell.
 */
export const USAGE_SUMS = [
  "invocations",
  "failures", // outcome error or dead
  "requests", // trigger http that did not end in an internal error
  "calls", // by another service
  "messages", // trigger message
  "ticks", // by the clock
  "wallUs",
  "cpuMeasuredUs",
  "cpuEstimatedUs",
  "cpuUnmeasured", // invocations without a figure of CPU
  "sqlStatements",
  "sqlUs",
  "queueMessages",
  "queueBytes",
  "queueOperations", // chunks of 64 KB written, read or deleted, retries and dead letters included
  "publishedMessages", // handed to QStash
  "redisCommands",
  "kvReads",
  "kvWrites",
  "kvDeletes",
  "kvLists",
  "outgoingCalls",
  "logEvents",
  "logBytes",
  "uncounted", // invocations of which Redis, KV and older ones also queue operations and log lines were not counted
] as const;

export type UsageSum = (typeof USAGE_SUMS)[number];

/** Its column in `usage_cells` and `usage_slices`. */
export const columnOf = (sum: UsageSum): string => sum.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
