const TEMPORARY = [401, 408, 425, 429];

/** A refusal (4xx) becomes the reason to report; anything else stops the run, so that the error workflow tells of it. */
export function explainFailure({ step, failure }) {
  const details = failure.details ?? {};
  const status = Number(details.httpCode);
  const answer = details.body ?? {};
  const reason =
    answer.detail ??
    answer.title ??
    details.message ??
    failure.error?.message ??
    textOf(failure.error) ??
    "no reason was given";
  const isRefusal = status >= 400 && status < 500 && !TEMPORARY.includes(status);
  if (!isRefusal) throw new Error(`${step} failed: ${reason}`);
  return { reason: `${step} was refused (${status}): ${reason}` };
}

/** Some nodes give their error as a text. */
const textOf = (error) => (typeof error === "string" ? error : undefined);
