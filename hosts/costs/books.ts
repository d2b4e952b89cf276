import { type Command, readArguments } from "./command.ts";

const HELP = `Usage: npm run costs -- books [--card ID] [--json]
       npm run costs -- books --write-index

Checks every file of shared/costs/price-books (shape, file names, no two cards of one id on the same day) and that
shared/costs/price-books.gen.ts, which the code reads, is current. Then lists the cards with their dates, evidence
levels and content hashes, and the hash of the whole book.

  --card ID       the meters of one card: names, units, prices, allowances, rounding, rules, switches, sources
  --json          the cards as JSON, each with its file and hash
  --write-index   write shared/costs/price-books.gen.ts anew, after a file was added or changed

Evidence: O the provider's own page, C official content through a copy, S secondary source, R remembered: verify.
Exit codes: 0 in order, 1 something is wrong, 2 wrong usage.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        card: { type: "string" },
        json: { type: "boolean", default: false },
        "write-index": { type: "boolean", default: false },
      },
    });
    if (values["write-index"]) return (await import("./write-index.ts")).writeIndex(io);
    return (await import("./list-books.ts")).listBooks({ id: values.card, isJson: values.json }, io);
  },
};
