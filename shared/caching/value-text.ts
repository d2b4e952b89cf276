const DATE = "$date";

/** A value as text, with its dates; undefined when it holds what JSON has no word for. */
export function valueToText(value: unknown): string | undefined {
  let isPlain = true;
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, shown: unknown) {
    const own = this[key]; // JSON shows a date as its text
    if (own instanceof Date) return { [DATE]: own.getTime() };
    if (!isJson(own)) isPlain = false;
    return isPlain ? shown : undefined;
  });
  return isPlain ? text : undefined;
}

export const valueOfText = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) => {
    const isDate = typeof value === "object" && value !== null && DATE in value && typeof value[DATE] === "number";
    return isDate ? new Date((value as Record<string, number>)[DATE] ?? 0) : value; // safe: checked above
  });

function isJson(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined": // left out, as whoever reads it sees it
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
    default:
      return false;
  }
}
