import { parseArgs } from "node:util";

type Config = NonNullable<Parameters<typeof parseArgs>[0]>;

/** Where a command writes: results to `out`, what went wrong to `err`. Neither adds a line's end. */
export interface CommandIo {
  out(text: string): void;
  err(text: string): void;
  readStdin(): Promise<string>;
}

/** One sub-command of `npm run costs`, a file of its own. */
export interface Command {
  /** Ends with a newline. */
  readonly help: string;
  /** The exit code: 0 done, 1 it cannot be done with this input. Throws a {@link UsageError} on wrong arguments. */
  run(args: string[], io: CommandIo): Promise<number>;
}

/** Wrong arguments: the command's help follows the message, and the exit code is 2. */
export class UsageError extends Error {}

/** `parseArgs` of node:util, strict, whose complaints are a {@link UsageError}. */
export function readArguments<const T extends Config>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
