import { type Command, readArguments } from "./command.ts";
import { printItems, readId } from "./invocation.ts";
import { DATABASE_HELP, shown } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- run ID [--json]

What one run of a workflow cost: its functions' lines, its language models, and the invocations that worked for it.

${DATABASE_HELP}Exit codes: 0 done, 1 there is no such run, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values, positionals } = readArguments({
      args,
      options: { json: { type: "boolean", default: false } },
      allowPositionals: true,
    });
    const id = readId(positionals);
    const { run } = await import("./run-ledger.ts");
    const cost = await run(id);
    if (cost === undefined) throw new Error(`there is no run ${id}`);
    if (values.json) io.out(`${JSON.stringify(cost, null, 2)}\n`);
    else {
      io.out(
        `${cost.workflowId ?? "-"} ${cost.status ?? ""}, tenant ${cost.tenantId ?? "-"}, ${cost.invocations.length} invocations\n`,
      );
      printItems(cost.items, io);
      for (const { provider, model, inputTokens, outputTokens, calls } of cost.llm) {
        io.out(`${provider}/${model}: ${inputTokens} tokens in, ${outputTokens} out, ${calls} calls\n`);
      }
      io.out(`list ${shown(cost.listCost)}  effective ${shown(cost.effectiveCost)} USD\n`);
    }
    return 0;
  },
};
