import { UsageError } from "./command.ts";

/** The value of an option that takes one of a few; undefined when it was not given. */
export function choice<const Choice extends string>(
  option: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const chosen = choices.find((candidate) => candidate === value);
  if (value !== undefined && chosen === undefined) throw new UsageError(`--${option} is one of ${choices.join(", ")}`);
  return chosen;
}
