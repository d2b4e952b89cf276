import { readFile } from "node:fs/promises";
import { type Command, type CommandIo, readArguments, UsageError } from "./command.ts";
import { priceEntries } from "./price-entries.ts";
import { readRate } from "./read-rate.ts";

const HELP = `Usage: npm run costs -- price --input FILE [--usd] [--rate EUR=1.16]

Prices usage and prints JSON. The input, a file or - for stdin, is a list of entries, each one billing month of one card:

  [{"card": "cloudflare/workers-paid", "date": "2026-10-15",
    "usage": {"subscription": "1", "requests": "15000000", "cpu-ms": "105000000"},
    "switches": {}, "id": "any label"}]

card and meters are those of npm run costs -- books; quantities are decimal strings in the meter's unit, before allowance
and rounding; date is a day of the month, and chooses the prices; switches and id may be left out.

Printed for each entry: card, date, hash (of the card's content), currency, total, and lines with meter, used, included,
billable, unitPrice, amountExact, amount (rounded half-up to the cent), unit, kind and the price's source. A graduated
price has a line for each step. Switches show how each was taken.

  --input FILE     the entries; - is stdin
  --usd            adds "converted" where a card's currency is another, at the rate of the date
  --rate CUR=RATE  the same at this rate; may be repeated

When anything is wrong with any entry, all that is wrong goes to stderr, nothing to stdout, and the exit code is 1.
`;

export const command: Command = {
  help: HELP,
  async run(args, io) {
    const { values } = readArguments({
      args,
      options: {
        input: { type: "string" },
        usd: { type: "boolean", default: false },
        rate: { type: "string", multiple: true, default: [] },
      },
    });
    if (values.input === undefined) throw new UsageError("say what to price: --input FILE, or --input - for stdin");
    const ratesByHand = values.rate.map(readRate);
    const text = await readInput(values.input, io);
    const { priced, errors } = priceEntries(parseJson(text, values.input), {
      shouldConvert: values.usd || ratesByHand.length > 0,
      ratesByHand,
    });
    if (errors.length > 0) {
      for (const error of errors) io.err(`${error}\n`);
      return 1;
    }
    io.out(`${JSON.stringify(priced, null, 2)}\n`);
    return 0;
  },
};

const readInput = async (input: string, io: CommandIo): Promise<string> =>
  input === "-" ? await io.readStdin() : await readFile(input, "utf8");

function parseJson(text: string, input: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${input} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
