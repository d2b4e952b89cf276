import { readFile } from "node:fs/promises";
import { type Command, readArguments, UsageError } from "./command.ts";
import { DATABASE_HELP, formatTable } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- accounts [--json]
       npm run costs -- accounts --put FILE
       npm run costs -- accounts --remove ID
       npm run costs -- accounts --readings FILE

Contracts whose invoices the ledger ties to. Without options they are listed; a fresh installation has defaults.

  --put FILE        a JSON object, or a list of them, new or changed; - is stdin:
                    {"id": "cloudflare-main", "name": "Cloudflare", "cards": ["cloudflare/workers-paid"], "hosts": ["workers"],
                     "fixed": [{"card": "cloudflare/workers-paid", "meter": "subscription", "quantity": "1"}],
                     "spread": "pro_rata", "switches": {}, "validFrom": "2026-10-01"}
                    cards: successors side by side, each holds on its own days · hosts: node, workers; [] is all
                    spread: pro_rata, first_come, unallocated
  --remove ID       its rows in open months go at the next pricing
  --readings FILE   quantities that Rainwire cannot count, as a JSON list; - is stdin:
                    [{"accountId": "neon", "card": "neon/launch", "meter": "compute", "fromDay": "2026-10-01",
                      "toDay": "2026-11-01", "quantity": "120.5", "evidence": "metered", "source": "console.neon.tech"}]

${DATABASE_HELP}Exit codes: 0 done, 1 the input is wrong or something failed, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        put: { type: "string" },
        remove: { type: "string" },
        readings: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
    const { put, remove, readings } = values;
    if ([put, remove, readings].filter((each) => each !== undefined).length > 1) {
      throw new UsageError("one of --put, --remove and --readings at a time");
    }
    const read = async (file: string): Promise<unknown> =>
      JSON.parse(file === "-" ? await io.readStdin() : await readFile(file, "utf8"));
    const ledger = await import("./run-ledger.ts");
    if (put !== undefined) io.out(`${(await ledger.putAccounts(await read(put))).length} accounts written\n`);
    else if (readings !== undefined) io.out(`${await ledger.takeReadings(await read(readings))} readings written\n`);
    else if (remove !== undefined) {
      if (!(await ledger.remove(remove))) throw new Error(`there is no account "${remove}"`);
      io.out(`${remove} removed\n`);
    } else {
      const accounts = await ledger.accounts();
      if (values.json) io.out(`${JSON.stringify(accounts, null, 2)}\n`);
      else {
        const rows = accounts.map(({ id, cards, hosts, spread, isDefault }) => [
          id,
          cards.join(", "),
          hosts.join(", ") || "all",
          spread,
          isDefault ? "default" : "",
        ]);
        io.out(formatTable([["account", "cards", "hosts", "spread", ""], ...rows]));
      }
    }
    return 0;
  },
};
