/** What is taken for abuse: so many of one kind by one subject within a window. */
export interface AbuseRule {
  readonly threshold: number;
  readonly windowMs: number;
  readonly about: string;
}

const MINUTE_MS = 60_000;

export const ABUSE_RULES = {
  unauthenticated: { threshold: 60, windowMs: MINUTE_MS, about: "Requests answered 401." },
  forbidden: { threshold: 60, windowMs: MINUTE_MS, about: "Requests answered 403." },
  not_found: { threshold: 300, windowMs: MINUTE_MS, about: "Requests answered 404." },
  throttled: { threshold: 1_000, windowMs: MINUTE_MS, about: "Requests answered 429." },
  credential_stuffing: {
    threshold: 15,
    windowMs: 10 * MINUTE_MS,
    about: "Accounts that one address failed to sign in to.",
  },
  account_under_attack: {
    threshold: 15,
    windowMs: 10 * MINUTE_MS,
    about: "Addresses that failed to sign in to one account.",
  },
} as const satisfies Record<string, AbuseRule>;

export type AbuseKind = keyof typeof ABUSE_RULES;

export const ABUSE_KINDS = Object.keys(ABUSE_RULES) as AbuseKind[]; // safe: the table's own keys

/** The rule that an answer's status counts for. */
export function ruleOfStatus(status: number): AbuseKind | undefined {
  switch (status) {
    case 401:
      return "unauthenticated";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 429:
      return "throttled";
    default:
      return undefined;
  }
}
