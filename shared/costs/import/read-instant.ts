import type { ReadValue } from "./read-number.ts";
import type { ToleranceKind } from "./tolerance.ts";

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2})?([.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;

const isStrict = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text);

/**
 * Reads an instant of a billing file to the second in UTC. A date alone is its midnight, a time without a zone is
 * taken for UTC. Dates whose month and day may be swapped (`10/01/2026`) are refused.
 * @param isEnd the column names an end, which is exclusive: a last second is read as the midnight after it
 */
export function readInstant(written: string, isEnd: boolean): ReadValue {
  const parts = FORM.exec(written.trim());
  if (!parts) return { fault: `"${written}" is no date: write it as 2026-10-01T00:00:00Z` };
  const [, day = "", time = "00:00", seconds = ":00", , zone = "Z"] = parts;
  if (Number.isNaN(Date.parse(`${day}T00:00:00Z`)) || !exists(day)) return { fault: `"${written}" does not exist` };
  const isUtc = /^(Z|UTC|GMT|[+-]00(:?00)?)$/i.test(zone);
  const offset = isUtc ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3).replace(":", "") || "00"}`;
  const atMs = Date.parse(`${day}T${time}${seconds}${offset}`);
  if (Number.isNaN(atMs)) return { fault: `"${written}" is no instant that exists` };
  const overlooked: ToleranceKind[] = [];
  if (parts[2] === undefined) overlooked.push("date-only");
  else if (!isUtc || !isStrict(written)) overlooked.push(isUtc ? "date-form" : "date-offset");
  const isLastSecond = isEnd && new Date(atMs).toISOString().slice(11, 19) === "23:59:59";
  if (isLastSecond) overlooked.push("inclusive-end");
  return { value: `${new Date(atMs + (isLastSecond ? 1000 : 0)).toISOString().slice(0, 19)}Z`, overlooked };
}

const exists = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
