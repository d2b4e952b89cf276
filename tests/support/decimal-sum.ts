import { parseDecimal, toDecimalString, ZERO } from "#shared/kernel/money.ts";

/** The exact sum of decimal strings; what was not measured adds nothing. */
export const sum = (values: readonly (string | null)[]): string =>
  toDecimalString(values.reduce((all, value) => (value === null ? all : all.plus(parseDecimal(value))), ZERO));
