import { text } from "node:stream/consumers";
import { UsageError } from "./command.ts";
import { COMMANDS } from "./commands.ts";

const HELP = `Usage: npm run costs -- COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`)
  .join("\n")}

npm run costs -- COMMAND --help says more. Exit codes: 0 done, 1 not with this input, 2 wrong usage.
`;

async function main([name = "", ...args]: string[]): Promise<number> {
  if (name === "--help" || name === "-h") {
    process.stdout.write(HELP);
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    process.stderr.write(`${name === "" ? "say what to do" : `there is no command "${name}"`}\n\n${HELP}`);
    return 2;
  }
  const { command } = await entry.load();
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(command.help);
    return 0;
  }
  try {
    return await command.run(args, {
      out: (line) => process.stdout.write(line),
      err: (line) => process.stderr.write(line),
      readStdin: () => text(process.stdin),
    });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${command.help}`);
    return 2;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
