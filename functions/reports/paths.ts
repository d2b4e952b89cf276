/** Where the service lies under the public URL on every host; handlers see paths without it. */
export const BASE_PATH = "/reports";

export type Parameters = Readonly<Record<string, string | number | undefined>>;

/** The address of a page of ours; of the overview `/reports/`, since hosts route by that prefix. Parameters that are undefined or empty are left out. */
export function linkTo(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return `${BASE_PATH}${path === "" ? "/" : path}${text === "" ? "" : `?${text}`}`;
}

/** Where to go after signing in: a page of ours, whatever the parameter says. */
export const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/reports(?:[/?][\w\-./?=&%:+,@~]*)?$/.test(next) && !next.includes("//")
    ? next
    : `${BASE_PATH}/`;
