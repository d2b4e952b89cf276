import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { positionOf } from "../usage-pack.ts";
import { columnOf, USAGE_SUMS, type UsageSum } from "../usage-sums.ts";

/** The text of a packed record's column; the record is `r`. Positions are constants of ours. */
export const field = (column: Parameters<typeof positionOf>[0]): Statement => ({
  text: `(r->>${positionOf(column)})`,
  values: [],
  isEmitting: false,
});

const whole = (column: Parameters<typeof positionOf>[0]) => sql`coalesce(${field(column)}::bigint, 0)`;
const micros = (column: Parameters<typeof positionOf>[0]) =>
  sql`coalesce(round(${field(column)}::numeric * 1000)::bigint, 0)`;
const isTrigger = (trigger: string): Statement => ({
  text: `(r->>${positionOf("trigger")} = '${trigger}')::int`,
  values: [],
  isEmitting: false,
});
const evidenced = (evidence: string): Statement =>
  sql`case when ${{
    text: `r->>${positionOf("cpuEvidence")} = '${evidence}'`,
    values: [],
    isEmitting: false,
  }} then ${micros("cpuMs")} else 0 end`;

/** Each sum of one record, as SQL over its packed form `r`. */
const OF_RECORD: Readonly<Record<UsageSum, Statement>> = {
  invocations: sql`1`,
  failures: sql`(${field("outcome")} in ('error', 'dead'))::int`,
  requests: sql`(${field("trigger")} = 'http' and ${field("outcome")} <> 'error')::int`,
  calls: isTrigger("call"),
  messages: isTrigger("message"),
  ticks: isTrigger("tick"),
  wallUs: micros("wallMs"),
  cpuMeasuredUs: evidenced("measured"),
  cpuEstimatedUs: evidenced("estimated"),
  cpuUnmeasured: sql`(${field("cpuMs")} is null)::int`,
  sqlStatements: whole("sqlStatements"),
  sqlUs: micros("sqlMs"),
  queueMessages: whole("queueMessages"),
  queueBytes: whole("queueBytes"),
  queueOperations: whole("queueOperations"),
  publishedMessages: whole("publishedMessages"),
  redisCommands: whole("redisCommands"),
  kvReads: whole("kvReads"),
  kvWrites: whole("kvWrites"),
  kvDeletes: whole("kvDeletes"),
  kvLists: whole("kvLists"),
  outgoingCalls: whole("outgoingCalls"),
  logEvents: whole("logEvents"),
  logBytes: whole("logBytes"),
  uncounted: sql`(${field("redisCommands")} is null)::int`,
};

/** `sum(…) as invocations, …` over records `r`. */
export const SUM_RECORDS: Statement = join(
  USAGE_SUMS.map((name) => sql`sum(${OF_RECORD[name]})::bigint as ${identifier(columnOf(name))}`),
  ", ",
);

/** `sum(invocations)::bigint as invocations, …` over rows that hold sums. */
export const SUM_COLUMNS: Statement = join(
  USAGE_SUMS.map((name) => sql`sum(${identifier(columnOf(name))})::bigint as ${identifier(columnOf(name))}`),
  ", ",
);

export const COLUMNS: Statement = join(
  USAGE_SUMS.map((name) => identifier(columnOf(name))),
  ", ",
);

/** `invocations = t.invocations + excluded.invocations, …` for an upsert into `table`. */
export const addExcluded = (table: string): Statement =>
  join(
    USAGE_SUMS.map((name) => {
      const column = columnOf(name);
      return sql`${identifier(column)} = ${identifier(`${table}.${column}`)} + excluded.${identifier(column)}`;
    }),
    ", ",
  );

/** `sum(invocations)::text as invocations, …`: no figure is too large for it. */
export const SUM_TEXTS: Statement = join(
  USAGE_SUMS.map((name) => sql`coalesce(sum(${identifier(columnOf(name))}), 0)::text as ${identifier(columnOf(name))}`),
  ", ",
);
