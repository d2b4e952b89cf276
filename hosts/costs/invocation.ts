import type { CostItem } from "#shared/costs/read-costs.ts";
import { type Command, type CommandIo, readArguments, UsageError } from "./command.ts";
import { DATABASE_HELP, formatTable, shown } from "./ledger-arguments.ts";

const HELP = `Usage: npm run costs -- invocation ID [--json]

What one invocation cost, line by line, with quantity, price, its date and source, evidence, list and effective cost.

${DATABASE_HELP}Exit codes: 0 done, 1 there is no such invocation, 2 wrong usage.
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
    const { invocation } = await import("./run-ledger.ts");
    const cost = await invocation(id);
    if (cost === undefined) throw new Error(`there is no record of an invocation ${id}`);
    if (values.json) io.out(`${JSON.stringify(cost, null, 2)}\n`);
    else {
      io.out(
        `${cost.function} (${cost.trigger}, ${cost.outcome}) at ${cost.startedAt}, tenant ${cost.tenantId ?? "-"}, run ${cost.executionId ?? "-"}\n`,
      );
      io.out(`CPU ${cost.cpuMs === null ? "not measured" : `${cost.cpuMs} ms (${cost.cpuEvidence})`}\n`);
      printItems(cost.items, io);
      io.out(`list ${shown(cost.listCost)}  effective ${shown(cost.effectiveCost)} USD\n`);
    }
    return 0;
  },
};

export function readId(positionals: readonly string[]): string {
  const [id = "", ...rest] = positionals;
  if (rest.length > 0 || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new UsageError("give one id, a UUID in lower case");
  return id;
}

export function printItems(items: readonly CostItem[], io: CommandIo): void {
  io.out(
    formatTable([
      ["meter", "quantity", "unit", "price", "of", "source", "evidence", "list", "effective"],
      ...items.map((item) => [
        `${item.card}/${item.meter}${item.isCorrection ? " (correction)" : ""}`,
        item.quantity ?? (item.evidence === "flat" ? "-" : "not measured"),
        item.unit,
        item.unitPrice === null ? "-" : `${item.unitPrice} ${item.currency}`,
        item.priceDate ?? "always",
        `${item.priceLevel} ${item.priceSource}`.slice(0, 40),
        item.evidence,
        shown(item.listCost),
        shown(item.effectiveCost),
      ]),
    ]),
  );
}
