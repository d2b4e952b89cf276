import { parseArgs } from "node:util";

/**
 * Options that take whole numbers, each with what it is without being told, and flags, which take nothing. `--help` goes
 * before all of them. Throws, naming the option, for what is unknown, no whole number or below `least`.
 */
export function readNumbers<const Name extends string, const Flag extends string = never>(
  args: string[],
  defaults: Readonly<Record<Name, number>>,
  { flags = [], least = 0 }: { flags?: readonly Flag[]; least?: number } = {},
): (Record<Name, number> & Record<Flag, boolean>) | "help" {
  const names = Object.keys(defaults);
  const options: Record<string, { type: "string" | "boolean" }> = { help: { type: "boolean" } };
  for (const name of names) options[name] = { type: "string" };
  for (const flag of flags) options[flag] = { type: "boolean" };
  const { values } = parseArgs({ args, options });
  if (values.help) return "help";
  const numbers = names.map((name) => {
    const number = Number(values[name] ?? defaults[name as Name]); // safe: its own key
    if (!Number.isInteger(number) || number < least)
      throw new Error(`--${name} takes a whole number of at least ${least}, not ${values[name]}.`);
    return [name, number] as const;
  });
  const set = flags.map((flag) => [flag, values[flag] === true] as const);
  return Object.fromEntries([...numbers, ...set]) as Record<Name, number> & Record<Flag, boolean>; // safe: of these names
}
