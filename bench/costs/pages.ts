import {
  type CostReader,
  costOfInvocation,
  costOfRun,
  costSummary,
  costsBy,
  costTrend,
} from "#shared/costs/read-costs.ts";
import { PERIOD } from "./workload.ts";

const MONTH = { from: `${PERIOD}-01`, to: "2026-11-01" };
const LIMIT = { limit: 50 };

/** What one asking of a page is about. */
export interface Sample {
  tenantId: string;
  workflowId: string;
  executionId: string;
  invocationId: string;
}

/** A report page, as the reads that it is made of. Pages of `functions/reports` are added here with their rendering. */
export interface Page {
  name: string;
  read(reader: CostReader, sample: Sample): Promise<unknown>;
}

export const PAGES: readonly Page[] = [
  {
    name: "overview",
    read: (reader) =>
      Promise.all([
        costSummary(reader, MONTH),
        costTrend(reader, MONTH, "day"),
        costsBy(reader, "function", MONTH, LIMIT),
        costsBy(reader, "provider", MONTH, LIMIT),
      ]),
  },
  ...(["function", "tenant", "workflow", "run", "day", "provider", "meter"] as const).map(
    (dimension): Page => ({
      name: `by ${dimension}`,
      read: (reader) => Promise.all([costSummary(reader, MONTH), costsBy(reader, dimension, MONTH, LIMIT)]),
    }),
  ),
  {
    name: "one tenant",
    read: (reader, { tenantId }) => {
      const filter = { ...MONTH, tenantId };
      return Promise.all([
        costSummary(reader, filter),
        costTrend(reader, filter, "day"),
        costsBy(reader, "function", filter, LIMIT),
        costsBy(reader, "run", filter, LIMIT),
      ]);
    },
  },
  {
    name: "one function",
    read: (reader) => {
      const filter = { ...MONTH, function: "hooks" };
      return Promise.all([
        costSummary(reader, filter),
        costTrend(reader, filter, "day"),
        costsBy(reader, "tenant", filter, LIMIT),
      ]);
    },
  },
  {
    name: "one workflow",
    read: (reader, { workflowId }) => {
      const filter = { ...MONTH, workflowId };
      return Promise.all([
        costSummary(reader, filter),
        costTrend(reader, filter, "day"),
        costsBy(reader, "tenant", filter, LIMIT),
      ]);
    },
  },
  { name: "one run", read: (reader, { executionId }) => costOfRun(reader, executionId) },
  { name: "one invocation", read: (reader, { invocationId }) => costOfInvocation(reader, invocationId) },
];
