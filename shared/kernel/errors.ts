/**
 * Every failure a caller can meet: its status, whether trying again may help, and its title. Problem documents
 * (RFC 9457), the OpenAPI responses and `/docs` derive from this table.
 */
export const ERRORS = {
  invalid_request: {
    status: 422,
    isRetryable: false,
    title: "The request does not have the shape that this operation needs.",
  },
  malformed_json: { status: 400, isRetryable: false, title: "The body is not valid JSON." },
  unauthenticated: {
    status: 401,
    isRetryable: false,
    title: "This operation needs a valid session, token or API key.",
  },
  credential_expired: { status: 401, isRetryable: false, title: "The session, token or API key has expired." },
  scope_missing: {
    status: 403,
    isRetryable: false,
    title: "The caller does not hold the scope that this operation needs.",
  },
  tenant_missing: {
    status: 403,
    isRetryable: false,
    title: "The caller has no active tenant: set an active organization first.",
  },
  not_found: { status: 404, isRetryable: false, title: "There is nothing here, or it is not yours." },
  method_not_allowed: { status: 405, isRetryable: false, title: "This path does not take this method." },
  body_too_large: { status: 413, isRetryable: false, title: "The body is larger than this operation takes." },
  media_type_unsupported: { status: 415, isRetryable: false, title: "The body must be application/json." },
  unknown_action: { status: 422, isRetryable: false, title: "There is no action of that name." },
  unknown_workflow: { status: 422, isRetryable: false, title: "There is no such workflow or n8n instance." },
  idempotency_key_reused: {
    status: 422,
    isRetryable: false,
    title: "This Idempotency-Key was used with another request.",
  },
  precondition_failed: {
    status: 412,
    isRetryable: false,
    title: "The resource has changed since the version you named.",
  },
  already_exists: { status: 409, isRetryable: false, title: "That exists already." },
  limit_reached: { status: 409, isRetryable: false, title: "There are as many of these as a tenant may have." },
  attempt_superseded: { status: 409, isRetryable: false, title: "A newer attempt of this execution drives it now." },
  execution_settled: {
    status: 409,
    isRetryable: false,
    title: "The execution has ended; its outcome no longer changes.",
  },
  already_decided: { status: 409, isRetryable: false, title: "Somebody decided this already." },
  not_replayable: {
    status: 409,
    isRetryable: false,
    title: "The dead letter was replayed already, or its work has ended.",
  },
  rate_limited: {
    status: 429,
    isRetryable: true,
    title: "The caller's quota is used up for now.",
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
  },
  blocked: {
    status: 429,
    isRetryable: true,
    title: "The caller is blocked for a time, since its requests look like abuse.",
    type: "https://iana.org/assignments/http-problem-types#abnormal-usage-detected",
  },
  limits_unavailable: {
    status: 503,
    isRetryable: true,
    title: "The caller's quota cannot be looked up now.",
    type: "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity",
  },
  period_closed: {
    status: 409,
    isRetryable: false,
    title: "The month is closed: its figures change by corrections only.",
  },
  period_open: {
    status: 409,
    isRetryable: false,
    title: "The month is not closed: it is priced again, not corrected.",
  },
  period_running: { status: 409, isRetryable: false, title: "The month is not over yet." },
  not_due: { status: 409, isRetryable: true, title: "It is too early for this step." },
  not_cached: { status: 504, isRetryable: true, title: "The request takes a kept answer only, and there is none." },
  busy: { status: 503, isRetryable: true, title: "The service cannot take this now. Try again." },
  internal: { status: 500, isRetryable: true, title: "Something went wrong on our side." },
} as const satisfies Record<string, ErrorEntry>;

interface ErrorEntry {
  status: number;
  isRetryable: boolean;
  title: string;
  /** A problem type that somebody else defined; without, it is one of ours. */
  type?: string;
}

export type ErrorCode = keyof typeof ERRORS;

/** What was wrong with one field of the input. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or `query/<name>`, `header/<name>`, `path/<name>`. */
  pointer: string;
  detail: string;
}

/** An expected failure, as a value: a verb returns it, an edge turns it into a problem document. */
export interface Failure {
  readonly failure: ErrorCode;
  /** What happened in this case, for the caller's eyes. */
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  /** Names of the limits that were exceeded. */
  readonly violatedPolicies?: readonly string[];
}

export const fail = (failure: ErrorCode, detail?: string, fields?: readonly FieldError[]): Failure => ({
  failure,
  ...(detail === undefined ? {} : { detail }),
  ...(fields === undefined ? {} : { fields }),
});

export const isFailure = (value: unknown): value is Failure =>
  typeof value === "object" && value !== null && "failure" in value;
