import { type Command, readArguments } from "./command.ts";

const HELP = `Usage: npm run costs -- budgets [list] [--period 2026-11] [--json]
       npm run costs -- budgets set --name NAME --usd 250.00 [--tenant ID] [--function NAME] [--basis effective|list]
                                    [--threshold 80] [--threshold 100:forecast]
       npm run costs -- budgets delete ID

The platform's budgets, and in the list those that tenants set: what is spent, the forecast, thresholds that were told.
Setting the same tenant and function again changes the budget. Without --threshold: 50, 80, 100 and 100:forecast.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values, positionals } = readArguments({
      args,
      allowPositionals: true,
      options: {
        name: { type: "string" },
        usd: { type: "string" },
        tenant: { type: "string" },
        function: { type: "string" },
        basis: { type: "string" },
        threshold: { type: "string", multiple: true, default: [] },
        period: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    return await (await import("./run-budgets.ts")).runBudgets(positionals, values, io);
  },
};
