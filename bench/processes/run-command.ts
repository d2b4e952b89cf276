/**
 * Runs a bench from the command line and ends the process: 0 when it passed or was asked for help, 1 when it failed or
 * threw.
 */
export function runCommand<Options extends object>(
  help: string,
  readOptions: (args: string[]) => Options | "help",
  run: (options: Options) => Promise<boolean>,
): void {
  async function main(): Promise<number> {
    const options = readOptions(process.argv.slice(2));
    if (options !== "help") return (await run(options)) ? 0 : 1;
    console.log(help);
    return 0;
  }
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
