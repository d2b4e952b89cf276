/** Why something cannot be priced; its message names the card, the meter or the date, and says what would do. */
export class PriceError extends Error {
  override readonly name = "PriceError";
}
