import { sha256Hex } from "./hash.ts";
import { randomHex } from "./random-hex.ts";

// The one state of this module, which no two users of it can disagree on: where the millisecond's counter stands.
let lastMs = -1;
let time = "";
let counter = 0;

/**
 * A UUID of version 7 (RFC 9562 §5.7): sortable by the millisecond it was made in, and within one by the order in which this
 * process made it (§6.2, method 1).
 * @param nowMs ms since the epoch
 */
export function uuidv7(nowMs: number = Date.now()): string {
  const ms = Math.floor(nowMs);
  counter = ms === lastMs ? (counter + 1) & 0xfff : 0;
  if (ms !== lastMs) {
    const digits = ms.toString(16).padStart(12, "0");
    time = `${digits.slice(0, 8)}-${digits.slice(8)}`;
    lastMs = ms;
  }
  const order = (0x7000 + counter).toString(16);
  const random = randomHex(16);
  const variant = (8 + (Number.parseInt(random.slice(0, 1), 16) & 3)).toString(16);
  return `${time}-${order}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

/**
 * The same id for the same parts, always: a UUID of version 8 over their SHA-256 (RFC 9562 §5.8). Names what a
 * repeated run must not make twice.
 */
export function derivedId(...parts: readonly string[]): string {
  const hex = sha256Hex(JSON.stringify(parts));
  const variant = (0x8 | (Number.parseInt(hex.charAt(16), 16) & 0x3)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
