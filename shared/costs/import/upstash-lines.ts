import { cellText } from "#shared/costs/tabular/lossless-json.ts";
import type { ImportLine } from "./import-line.ts";
import { inUnits, numberAt, parseAnswer } from "./provider-lines.ts";

const GB = "1000000000";

/** Members of an answer of Upstash's statistics, by service. Amounts are of the month so far. */
const METRICS: Readonly<
  Record<"redis" | "qstash", Readonly<Record<string, { meter: string; per: string; unit: string }>>>
> = {
  redis: {
    total_monthly_requests: { meter: "commands", per: "1", unit: "Commands" },
    total_monthly_bandwidth: { meter: "bandwidth", per: GB, unit: "Bytes" },
    total_monthly_storage: { meter: "storage", per: GB, unit: "Bytes" },
  },
  qstash: {
    total_monthly_requests: { meter: "messages", per: "1", unit: "Messages" },
    total_monthly_bandwidth: { meter: "bandwidth", per: GB, unit: "Bytes" },
  },
};

export interface UpstashSource {
  /** The answer does not say which month it is of. */
  readonly period: string;
  readonly service: "redis" | "qstash";
}

/**
 * Upstash's statistics of a database or of QStash (`GET /v2/redis/stats/{id}`, `/v2/qstash/stats`): a quantity for each
 * meter, and the month's bill as a line without a meter. Throws a SyntaxError when the answer has none of them.
 */
export function* upstashLines(text: string, { period, service }: UpstashSource): Generator<ImportLine> {
  const answer = parseAnswer(text);
  const source = Object.fromEntries(
    Object.entries(answer).flatMap(([name, value]) => (Array.isArray(value) ? [] : [[name, cellText(value) ?? null]])),
  );
  const [year = 0, month = 0] = period.split("-").map(Number);
  const line = {
    issuer: "Upstash",
    number: null,
    billingAccountId: null,
    period,
    fromDay: `${period}-01`,
    toDay: new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10),
    chargeClass: null,
    category: "Usage",
    source,
  };
  const billed = numberAt(answer.total_monthly_billing);
  const metrics = Object.entries(METRICS[service]).flatMap(([name, metric]) => {
    const number = numberAt(answer[name]);
    return number ? [{ name, metric, number }] : [];
  });
  if (metrics.length === 0 && !billed)
    throw new SyntaxError("Upstash's statistics have total_monthly_requests: this file has not");
  for (const { name, metric, number } of metrics) {
    yield {
      ...line,
      card: `upstash/${service}-payg`,
      meter: metric.meter,
      description: name,
      currency: null,
      quantity: inUnits(number.plain, metric.per),
      quantityText: number.written,
      unit: metric.unit,
      billedCost: null,
      billedCostText: null,
    };
  }
  if (billed) {
    yield {
      ...line,
      card: `upstash/${service}-payg`,
      meter: null,
      description: "total_monthly_billing",
      currency: "USD",
      quantity: null,
      quantityText: null,
      unit: null,
      billedCost: billed.plain,
      billedCostText: billed.written,
    };
  }
}
