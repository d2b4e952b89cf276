/** Whose use is counted, and what an override or a block is about. */
export const SUBJECT_KINDS = [
  "address", // IPv4, or the /64 of an IPv6
  "key", // an API key, by its id
  "user",
  "tenant", // its users and keys together
  "run", // the workflow runs of a tenant together
  "route", // an operation, by its operationId
  "account", // what somebody signs in as: the hash of an e-mail address; can be blocked only
] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
