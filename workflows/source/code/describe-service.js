const SECRET = /secret|token|password|passwd|credential|api[-_]?key|private[-_]?key|authorization/i;
/** An interaction holds this much with ease. */
const MAX_LENGTH = 2_000;

/** A service that was asked for, with its settings; what looks like a secret is not repeated. */
export function describeService(input) {
  const settings = hideSecrets(input.settings ?? {});
  const text = JSON.stringify(settings);
  const given = text === "{}" ? "" : ` with ${text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text}`;
  return {
    content: `The service “${input.service}” was requested${given}.`,
    result: { service: input.service, status: "requested", settings },
  };
}

function hideSecrets(value) {
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) ? "(hidden)" : hideSecrets(inner)]),
  );
}
