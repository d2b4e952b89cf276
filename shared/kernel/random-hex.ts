const POOL_BYTES = 2_048;
const DIGITS = new TextEncoder().encode("0123456789abcdef");
const decoder = new TextDecoder();

// The one state of this module: digits that nobody has taken yet, since asking the platform for few of them is costly.
let pool = "";
let taken = 0;

/** So many random hex digits (at most 4,096), each given out once. */
export function randomHex(digits: number): string {
  if (taken + digits > pool.length) {
    pool = fill();
    taken = 0;
  }
  taken += digits;
  return pool.slice(taken - digits, taken);
}

function fill(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(POOL_BYTES));
  const text = new Uint8Array(2 * POOL_BYTES);
  for (let i = 0; i < POOL_BYTES; i++) {
    const byte = bytes[i] ?? 0;
    text[2 * i] = DIGITS[byte >> 4] ?? 0;
    text[2 * i + 1] = DIGITS[byte & 15] ?? 0;
  }
  return decoder.decode(text);
}
