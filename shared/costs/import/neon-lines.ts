import { cellText } from "#shared/costs/tabular/lossless-json.ts";
import type { ImportLine } from "./import-line.ts";
import { inUnits, listAt, numberAt, objectOf, parseAnswer, textAt } from "./provider-lines.ts";

const GB = "1000000000";

interface Metric {
  readonly meter: string;
  readonly card?: string;
  /** Of the metric make one unit of the meter. */
  readonly per: string;
  readonly unit: string;
}

/** Metrics of `GET /consumption_history/v2/projects`; root and child branches are one meter, storage. */
const METRICS: Readonly<Record<string, Metric>> = {
  compute_unit_seconds: { meter: "compute", per: "3600", unit: "CU-seconds" },
  root_branch_bytes_month: { meter: "storage", per: GB, unit: "Byte-Months" },
  child_branch_bytes_month: { meter: "storage", per: GB, unit: "Byte-Months" },
  instant_restore_bytes_month: { meter: "instant-restore", per: GB, unit: "Byte-Months" },
  snapshot_storage_bytes_month: { card: "neon/snapshots", meter: "snapshot-storage", per: GB, unit: "Byte-Months" },
  public_network_transfer_bytes: { meter: "public-transfer", per: GB, unit: "Bytes" },
  private_network_transfer_bytes: { card: "neon/scale", meter: "private-transfer", per: GB, unit: "Bytes" },
  extra_branches_month: { meter: "extra-branches", per: "1", unit: "Branch-Months" },
};

/**
 * Neon's consumption as quantities without prices: one line for each project, time frame and metric. Takes the form
 * with `metrics: [{metric_name, value}]` and the one with a member for each metric; a metric that is not known stays
 * without a meter. Throws a SyntaxError when the answer has no projects.
 */
export function* neonLines(text: string, plan: string): Generator<ImportLine | { reason: string }> {
  const answer = parseAnswer(text);
  if (!Array.isArray(answer.projects))
    throw new SyntaxError("Neon's consumption has a list `projects`: this file has none");
  for (const project of answer.projects.map(objectOf)) {
    for (const period of listAt(project.periods).map(objectOf)) {
      for (const frame of listAt(period.consumption).map(objectOf)) yield* frameLines(project, frame, plan);
    }
  }
}

function* frameLines(
  project: Readonly<Record<string, unknown>>,
  frame: Readonly<Record<string, unknown>>,
  plan: string,
): Generator<ImportLine | { reason: string }> {
  const [from, to] = [textAt(frame.timeframe_start), textAt(frame.timeframe_end)];
  if (from === null || to === null) {
    yield { reason: "a time frame has no timeframe_start or timeframe_end" };
    return;
  }
  const projectId = textAt(project.project_id);
  for (const [name, value] of readings(frame)) {
    const number = numberAt(value);
    if (number === undefined) {
      yield { reason: `${name} of ${from} is no number` };
      continue;
    }
    const metric = METRICS[name];
    yield {
      issuer: "Neon",
      number: null,
      billingAccountId: null,
      period: from.slice(0, 7),
      fromDay: from.slice(0, 10),
      toDay: to.endsWith("T00:00:00Z") ? to.slice(0, 10) : dayAfter(to),
      card: metric ? (metric.card ?? plan) : null,
      meter: metric?.meter ?? null,
      description: `${name}${projectId === null ? "" : ` of ${projectId}`}`,
      category: "Usage",
      chargeClass: null,
      currency: null,
      quantity: metric ? inUnits(number.plain, metric.per) : number.plain,
      quantityText: number.written,
      unit: metric?.unit ?? null,
      billedCost: null,
      billedCostText: null,
      source: { project_id: projectId, timeframe_start: from, timeframe_end: to, metric: name, value: number.written },
    };
  }
}

const dayAfter = (instant: string): string =>
  new Date(Date.parse(`${instant.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

function readings(frame: Readonly<Record<string, unknown>>): [name: string, value: unknown][] {
  const { timeframe_start: _, timeframe_end: __, metrics, ...members } = frame;
  if (metrics === undefined) return Object.entries(members);
  return listAt(metrics).map((metric) => {
    const { metric_name: name, value } = objectOf(metric);
    return [cellText(name) ?? "unnamed metric", value];
  });
}
