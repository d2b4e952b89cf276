import { sql } from "#shared/database/sql.ts";
import { field, isOf, LAST_ID } from "../ledger/record-sums.ts";
import { partsOfWeight, weightOf } from "../ledger/row-weight.ts";
import type { CostReader, InvocationCost } from "../read-costs.ts";
import { type Packed, unpackRecords } from "../usage-pack.ts";
import type { UsageRecord } from "../usage-record.ts";
import { rowsOfCells } from "./cell-rows.ts";
import { sumsOf } from "./record-sums.ts";
import { splitAmounts } from "./row-shares.ts";
import { splitOnSlices } from "./slices.ts";
import { sumItems, toItems } from "./to-items.ts";

interface Found {
  record: Packed;
  host: string;
  workflowId: string | null;
}

interface Slice {
  cellId: number;
  firstId: string;
  lastId: string;
}

/**
 * What one invocation cost, exactly: the rows of its cell split on among runs (and hours without a run), and those
 * among their invocations, each by largest remainder. Without items it is not rolled up, or not priced yet.
 * undefined: there is no such invocation, it is another tenant's, or its record is gone (retention).
 */
export async function costOfInvocation(reader: CostReader, invocationId: string): Promise<InvocationCost | undefined> {
  const { db, scope } = reader;
  const [found] = await db.query(sql<Found>`
    select r as record, coalesce(p.host, (select h.host from host_processes h where h.id = p.process_id), 'workers') as host,
      (select e.workflow_id from workflow_executions e where e.id = ${field("executionId")}::uuid) as workflow_id
    from usage_packs p cross join lateral jsonb_array_elements(p.records) as r
    where p.first_id <= ${invocationId}::uuid and p.last_id >= ${invocationId}::uuid and ${isOf(invocationId)} limit 1`);
  const record = found && unpackRecords(found.record).find(({ id }) => id === invocationId);
  if (!record) return undefined;
  if (scope.kind === "tenant" && record.tenantId !== scope.tenantId) return undefined;
  const shares = await sharesOf(reader, record, found.host);
  return {
    invocationId: record.id,
    function: record.function,
    trigger: record.trigger,
    outcome: record.outcome,
    tenantId: record.tenantId,
    executionId: record.executionId,
    workflowId: found.workflowId,
    startedAt: new Date(record.startedAtMs).toISOString(),
    wallMs: record.wallMs,
    cpuMs: record.cpuMs,
    cpuEvidence: record.cpuEvidence,
    ...sumItems(shares),
    items: toItems(shares),
  };
}

async function sharesOf(reader: CostReader, record: UsageRecord, host: string) {
  const { function: name, tenantId, executionId, startedAtMs } = record;
  const startedAt = new Date(startedAtMs);
  const hour = executionId === null ? startedAt.getUTCHours() : -1;
  const slices = await reader.db.query(sql<Slice>`
    select s.cell_id, s.first_id, s.last_id from usage_cells c join usage_slices s on s.cell_id = c.id
    where c.day = ${startedAt.toISOString().slice(0, 10)}::date and c.host = ${host} and c.function = ${name}
      and c.tenant_id is not distinct from ${tenantId} and s.execution_id is not distinct from ${executionId}::uuid and s.hour = ${hour}`);
  if (slices.length === 0) return [];
  const rows = await rowsOfCells(
    reader,
    slices.map(({ cellId }) => cellId),
  );
  const split = await splitOnSlices(reader, rows, (slice) => slice.executionId === executionId && slice.hour === hour);
  const company = await recordsOf(reader, slices, record, host);
  const index = company.findIndex(({ id }) => id === record.id);
  return split.flatMap(({ shares }) =>
    shares.flatMap(({ row, amounts }) => {
      const parts = partsOfWeight({ ...row.item, isByCount: row.isByCount });
      const weights = company.map((each) => weightOf(parts, name, sumsOf(each)));
      const own = splitAmounts(amounts, weights)[index];
      return own === undefined || (row.item.evidence === "unknown" && weights[index] === 0n)
        ? []
        : [{ row, amounts: own }];
    }),
  );
}

/** The records that share a slice with one, by id. */
async function recordsOf(
  { db }: CostReader,
  slices: readonly Slice[],
  of: UsageRecord,
  host: string,
): Promise<UsageRecord[]> {
  const first = slices.map(({ firstId }) => firstId).sort()[0] ?? "";
  const last =
    slices
      .map(({ lastId }) => lastId)
      .sort()
      .at(-1) ?? "";
  const rows = await db.query(sql<{ record: Packed }>`
    select r as record from usage_packs p left join host_processes h on h.id = p.process_id
    cross join lateral jsonb_array_elements(p.records) as r
    where p.first_id <= ${last}::uuid and p.last_id >= ${first}::uuid and p.rolled_up_at is not null
      and coalesce(p.host, h.host, 'workers') = ${host} and ${field("function")} = ${of.function}
      and ${field("tenantId")} is not distinct from ${of.tenantId} and ${field("executionId")} is not distinct from ${of.executionId}
      and ${field("id")} <= ${last} and ${LAST_ID} >= ${first}`);
  return rows
    .flatMap(({ record }) => unpackRecords(record))
    .filter(({ id }) => id >= first && id <= last)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}
