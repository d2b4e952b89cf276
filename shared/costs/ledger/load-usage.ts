import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { reportedWithin } from "./base-rows.ts";
import type { FunctionSums } from "./meter-quantity.ts";
import type { SegmentUsage } from "./quantities.ts";
import { COLUMNS, SUM_TEXTS } from "./record-sums.ts";
import type { Segment } from "./segments.ts";

/** What was used in each segment, by function, and by its language model where its card is one's. */
export async function loadUsage(db: Database, segments: readonly Segment[]): Promise<SegmentUsage[]> {
  const loaded = new Map<string, Promise<FunctionSums[]>>();
  return await Promise.all(
    segments.map(async (segment): Promise<SegmentUsage> => {
      const { account, card, from, to } = segment;
      const key = JSON.stringify([from, to, [...account.hosts].sort()]);
      const usage = loaded.get(key) ?? readSums(db, segment);
      loaded.set(key, usage);
      const isModel = card.meters.some(({ name }) => name === "input-tokens");
      return { segment, usage: await usage, tokens: isModel ? await readTokens(db, card.id, from, to) : undefined };
    }),
  );
}

const readSums = (db: Database, { account: { hosts }, from, to }: Segment): Promise<FunctionSums[]> =>
  db.query(sql<FunctionSums>`
    select function, ${SUM_TEXTS} from usage_cells where day >= ${from}::date and day < ${to}::date
      and (${hosts.length === 0} or host = any(${hosts}::text[])) group by function order by function collate "C"`);

async function readTokens(db: Database, cardId: string, fromDay: string, toDay: string) {
  const [provider = "", model = ""] = cardId.split("/");
  const [row] = await db.query(sql<{ input_tokens: string; output_tokens: string }>`
    select json_build_object('input_tokens', coalesce(sum(input_tokens), 0)::text, 'output_tokens', coalesce(sum(output_tokens), 0)::text) as tokens
    from llm_usage where provider = ${provider} and model = ${model} and ${reportedWithin({ fromDay, toDay })}`);
  return (row as unknown as { tokens: { input_tokens: string; output_tokens: string } }).tokens; // safe: an aggregate answers one row
}

/** SHA-256 (hex) over all usage of a period's days: what a pricing was made from. */
export async function hashUsage(db: Database, fromDay: string, toDay: string): Promise<string> {
  const [row] = await db.query(sql<{ hash: string }>`
    select encode(sha256(convert_to(coalesce((select string_agg(md5((day, host, function, tenant_id, workflow_id, epoch, ${COLUMNS})::text), '' order by day, host collate "C",
        function collate "C", tenant_id collate "C", workflow_id collate "C", epoch) from usage_cells
        where day >= ${fromDay}::date and day < ${toDay}::date), '')
      || coalesce((select string_agg(md5((execution_id, position, tenant_id, workflow_id, provider, model, input_tokens, output_tokens, reported_at)::text), ''
        order by execution_id, position) from llm_usage where ${reportedWithin({ fromDay, toDay })}), ''), 'UTF8')), 'hex') as hash`);
  return row?.hash ?? "";
}
