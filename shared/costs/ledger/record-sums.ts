import { identifier, join } from "#shared/database/identifier.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type PackedColumn, positionOf } from "../usage-pack.ts";
import { columnOf, USAGE_SUMS, type UsageSum } from "../usage-sums.ts";

/** The text of a column of `r`, an element of a pack. Positions are constants of ours. */
export const field = (column: PackedColumn): Statement => ({
  text: `(r->>${positionOf(column)})`,
  values: [],
  isEmitting: false,
});

/** How many records `r` stands for. */
export const COUNT = sql`coalesce(${field("count")}::bigint, 1)`;
/** The last of their ids. */
export const LAST_ID = sql`coalesce(${field("lastId")}, ${field("id")})`;
/** Whether one of them is of this id. */
export const isOf = (id: string): Statement =>
  sql`(${field("id")} = ${id} or position(${id} in ${field("members")}) > 0)`;

const whole = (column: PackedColumn) => sql`coalesce(${field(column)}::bigint, 0)`;
const micros = (column: PackedColumn) => sql`coalesce(round(${field(column)}::numeric * 1000)::bigint, 0)`;
/** As many as `r` stands for, where it holds. */
const counted = (condition: Statement): Statement => sql`(case when ${condition} then ${COUNT} else 0 end)`;
const isTrigger = (trigger: string): Statement =>
  counted({ text: `r->>${positionOf("trigger")} = '${trigger}'`, values: [], isEmitting: false });
const evidenced = (evidence: string): Statement =>
  sql`case when ${{
    text: `r->>${positionOf("cpuEvidence")} = '${evidence}'`,
    values: [],
    isEmitting: false,
  }} then ${micros("cpuMs")} else 0 end`;

/** Each sum of the records that `r` stands for; its figures are sums already. */
const OF_RECORD: Readonly<Record<UsageSum, Statement>> = {
  invocations: COUNT,
  failures: counted(sql`${field("outcome")} in ('error', 'dead')`),
  requests: counted(sql`${field("trigger")} = 'http' and ${field("outcome")} <> 'error'`),
  calls: isTrigger("call"),
  messages: isTrigger("message"),
  ticks: isTrigger("tick"),
  wallUs: micros("wallMs"),
  cpuMeasuredUs: evidenced("measured"),
  cpuEstimatedUs: evidenced("estimated"),
  cpuUnmeasured: counted(sql`${field("cpuMs")} is null`),
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
  uncounted: counted(sql`${field("redisCommands")} is null`),
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
