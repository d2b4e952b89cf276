/** What a row says about its meter. */
export interface MeterHints {
  readonly skuId: string | null;
  readonly provider: string;
  readonly service: string;
  readonly description: string;
  readonly meter: string;
  readonly unit: string;
}

interface MeterName {
  readonly provider: RegExp;
  readonly text: RegExp;
  readonly unit?: RegExp;
  readonly card: string;
  readonly meter: string;
}

const CLOUDFLARE = /cloudflare/i;
const UPSTASH = /upstash/i;
const NEON = /neon/i;

const of = (provider: RegExp, text: RegExp, card: string, meter: string, unit?: RegExp): MeterName => ({
  provider,
  text,
  card,
  meter,
  ...(unit ? { unit } : {}),
});

/**
 * How providers call the meters of our cards, the first that fits. The names on Cloudflare's rows are not documented,
 * so they are recognised by their words; a row that fits none stays without a meter, and the statement shows it so.
 */
const NAMES: readonly MeterName[] = [
  of(CLOUDFLARE, /durable objects.*(duration|gb-?s)/i, "cloudflare/durable-objects-paid", "duration"),
  of(CLOUDFLARE, /durable objects.*rows? read/i, "cloudflare/durable-objects-paid", "sqlite-rows-read"),
  of(CLOUDFLARE, /durable objects.*rows? written/i, "cloudflare/durable-objects-paid", "sqlite-rows-written"),
  of(CLOUDFLARE, /durable objects.*storage/i, "cloudflare/durable-objects-paid", "sqlite-storage"),
  of(CLOUDFLARE, /durable objects/i, "cloudflare/durable-objects-paid", "requests"),
  of(CLOUDFLARE, /\bkv\b.*(read)/i, "cloudflare/kv-paid", "reads"),
  of(CLOUDFLARE, /\bkv\b.*(write)/i, "cloudflare/kv-paid", "writes"),
  of(CLOUDFLARE, /\bkv\b.*(delete)/i, "cloudflare/kv-paid", "deletes"),
  of(CLOUDFLARE, /\bkv\b.*(list)/i, "cloudflare/kv-paid", "lists"),
  of(CLOUDFLARE, /\bkv\b.*(stor)/i, "cloudflare/kv-paid", "storage"),
  of(CLOUDFLARE, /\bqueues?\b/i, "cloudflare/queues-paid", "operations"),
  of(CLOUDFLARE, /\br2\b.*infrequent.*class a/i, "cloudflare/r2-infrequent-access", "class-a"),
  of(CLOUDFLARE, /\br2\b.*infrequent.*class b/i, "cloudflare/r2-infrequent-access", "class-b"),
  of(CLOUDFLARE, /\br2\b.*infrequent/i, "cloudflare/r2-infrequent-access", "storage"),
  of(CLOUDFLARE, /\br2\b.*class a/i, "cloudflare/r2-standard", "class-a"),
  of(CLOUDFLARE, /\br2\b.*class b/i, "cloudflare/r2-standard", "class-b"),
  of(CLOUDFLARE, /\br2\b.*stor/i, "cloudflare/r2-standard", "storage"),
  of(CLOUDFLARE, /logpush/i, "cloudflare/workers-trace-logpush", "requests"),
  of(CLOUDFLARE, /observability.*stor/i, "cloudflare/observability", "storage"),
  of(CLOUDFLARE, /observability/i, "cloudflare/observability", "ingestion"),
  of(CLOUDFLARE, /workers.*\blogs?\b/i, "cloudflare/workers-logs", "log-events"),
  of(CLOUDFLARE, /workers.*(subscription|plan|base fee)/i, "cloudflare/workers-paid", "subscription"),
  of(CLOUDFLARE, /workers.*cpu/i, "cloudflare/workers-paid", "cpu-ms"),
  of(CLOUDFLARE, /workers/i, "cloudflare/workers-paid", "cpu-ms", /\bms\b|millisecond|cpu/i),
  of(CLOUDFLARE, /workers/i, "cloudflare/workers-paid", "requests"),
  of(UPSTASH, /qstash.*bandwidth/i, "upstash/qstash-payg", "bandwidth"),
  of(UPSTASH, /qstash.*schedule/i, "upstash/qstash-payg", "active-schedules"),
  of(UPSTASH, /qstash/i, "upstash/qstash-payg", "messages"),
  of(UPSTASH, /redis.*bandwidth/i, "upstash/redis-payg", "bandwidth"),
  of(UPSTASH, /redis.*stor/i, "upstash/redis-payg", "storage"),
  of(UPSTASH, /redis/i, "upstash/redis-payg", "commands"),
  of(NEON, /compute/i, "neon/launch", "compute"),
  of(NEON, /(instant restore|history)/i, "neon/launch", "instant-restore"),
  of(NEON, /snapshot/i, "neon/snapshots", "snapshot-storage"),
  of(NEON, /private.*transfer/i, "neon/scale", "private-transfer"),
  of(NEON, /transfer/i, "neon/launch", "public-transfer"),
  of(NEON, /branch/i, "neon/launch", "extra-branches"),
  of(NEON, /storage/i, "neon/launch", "storage"),
];

/** Card and meter of a row; undefined when none of our meters is called that way. */
export function meterNamed(hints: MeterHints): { card: string; meter: string } | undefined {
  const own = /^([a-z0-9-]+\/[a-z0-9.-]+)\/([A-Za-z0-9.%-]+)$/.exec(hints.skuId ?? "");
  if (own) return { card: own[1] ?? "", meter: own[2] ?? "" };
  const text = `${hints.service} ${hints.meter} ${hints.description}`;
  const found = NAMES.find(
    ({ provider, text: words, unit }) =>
      provider.test(hints.provider) && words.test(text) && (unit === undefined || unit.test(hints.unit)),
  );
  return found && { card: found.card, meter: found.meter };
}
