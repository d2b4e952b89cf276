import { identifier } from "#shared/database/identifier.ts";
import { sql } from "#shared/database/sql.ts";
import { field } from "../ledger/record-sums.ts";
import { TOKEN_METERS } from "../meter-rules.ts";
import type { CostReader, RunCost } from "../read-costs.ts";
import { type CellRow, rowsOfCells, rowsOfTokens } from "./cell-rows.ts";
import { type Amounts, splitAmounts } from "./row-shares.ts";
import { splitOnSlices } from "./slices.ts";
import { sumItems, toItems } from "./to-items.ts";

type Run = Pick<RunCost, "executionId" | "tenantId" | "workflowId" | "startedAt" | "status">;

const MOST_INVOCATIONS = 500;

/** What one run of a workflow cost, exactly, with the invocations that worked for it. undefined: none, or another tenant's. */
export async function costOfRun(reader: CostReader, executionId: string): Promise<RunCost | undefined> {
  const found = await sharesOfRun(reader, executionId);
  if (!found) return undefined;
  const { run, shares, slices, llm } = found;
  return {
    ...run,
    ...sumItems(shares),
    items: toItems(shares),
    invocations: await invocationsOf(reader, executionId, slices),
    llm: llm.map(({ day: _, ...usage }) => usage),
  };
}

/** A run's shares of the rows that it has a part in. */
export async function sharesOfRun(reader: CostReader, executionId: string) {
  const { db, scope } = reader;
  const tenantId = scope.kind === "tenant" ? scope.tenantId : null;
  const [run] = await db.query(sql<Run>`
    select id as execution_id, tenant_id, workflow_id, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at, status
    from workflow_executions where id = ${executionId}::uuid and (${tenantId}::text is null or tenant_id = ${tenantId})`);
  if (!run) return undefined;
  const [slices, llm] = await Promise.all([
    db.query(sql<{ cellId: number; firstId: string; lastId: string; invocations: number; day: string }>`
      select cell_id, first_id, last_id, invocations, day::text as day from usage_slices where execution_id = ${executionId}::uuid`),
    db.query(sql<RunCost["llm"][number] & { day: string }>`
      select provider, model, input_tokens, cached_input_tokens, output_tokens, calls, (reported_at at time zone 'utc')::date::text as day
      from llm_usage where execution_id = ${executionId}::uuid order by position`),
  ]);
  const rows = await rowsOfCells(
    reader,
    slices.map(({ cellId }) => cellId),
  );
  const split = await splitOnSlices(reader, rows, (slice) => slice.executionId === executionId);
  const days = [...new Set(llm.map(({ day }) => day))];
  const shares = [...split.flatMap(({ shares: of }) => of), ...(await tokenShares(reader, run, days))];
  return { run, shares, slices, llm };
}

async function tokenShares(reader: CostReader, { executionId, tenantId, workflowId }: Run, days: readonly string[]) {
  if (tenantId === null || days.length === 0) return [];
  const rows = await rowsOfTokens(reader, { tenantId, workflowId, days });
  const shares = await Promise.all(
    rows.map(async (row): Promise<{ row: CellRow; amounts: Amounts }[]> => {
      const [provider = "", model = ""] = row.item.card.split("/");
      const column = TOKEN_METERS[row.item.meter as keyof typeof TOKEN_METERS]; // safe: a row of tokens is of one of these
      const runs = await reader.db.query(sql<{ executionId: string; tokens: string }>`
        select execution_id, sum(${identifier(column)})::text as tokens from llm_usage
        where tenant_id = ${tenantId} and workflow_id is not distinct from ${workflowId} and provider = ${provider} and model = ${model}
          and reported_at >= ${row.day}::date::timestamp at time zone 'utc' and reported_at < (${row.day}::date + 1)::timestamp at time zone 'utc'
        group by 1 order by 1`);
      const split = splitAmounts(
        row.amounts,
        runs.map(({ tokens }) => BigInt(tokens)),
      );
      const own = split[runs.findIndex((each) => each.executionId === executionId)];
      return own === undefined ? [] : [{ row, amounts: own }];
    }),
  );
  return shares.flat();
}

async function invocationsOf(
  { db }: CostReader,
  executionId: string,
  slices: readonly { firstId: string; lastId: string }[],
): Promise<RunCost["invocations"]> {
  if (slices.length === 0) return [];
  const first = slices.map(({ firstId }) => firstId).sort()[0] ?? "";
  const last =
    slices
      .map(({ lastId }) => lastId)
      .sort()
      .at(-1) ?? "";
  const rows = await db.query(sql<{ id: string; function: string; startedAtMs: number; wallMs: number }>`
    select ${field("id")} as id, ${field("function")} as function, ${field("startedAtMs")}::float8 as started_at_ms, ${field("wallMs")}::float8 as wall_ms
    from usage_packs p cross join lateral jsonb_array_elements(p.records) as r
    where p.first_id <= ${last}::uuid and p.last_id >= ${first}::uuid and ${field("executionId")} = ${executionId}
    order by 1 limit ${MOST_INVOCATIONS}`);
  return rows.map(({ id, startedAtMs, ...row }) => ({
    invocationId: id,
    ...row,
    startedAt: new Date(startedAtMs).toISOString(),
  }));
}
