/** A worked example of a provider's own page: one month of one card, and the total that it prints. */
export interface PublishedExample {
  id: string;
  /** The page, as of the commit or day of the card that prices it. */
  source: string;
  input: { card: string; date: string; usage: Record<string, string> };
  total: string;
}

const WORKERS = "https://developers.cloudflare.com/workers/platform/pricing/";
const LOGS = "https://developers.cloudflare.com/workers/observability/logs/workers-logs/";
const QUEUES = "https://developers.cloudflare.com/queues/platform/pricing/";
const OBJECTS = "https://developers.cloudflare.com/durable-objects/platform/pricing/";
const R2 = "https://developers.cloudflare.com/r2/pricing/";
const NEON_PLANS = "https://neon.com/docs/introduction/plans";
const NEON_USAGE = "https://neon.com/docs/introduction/usage-calculations";

const example = (
  id: string,
  source: string,
  card: string,
  usage: Record<string, string>,
  total: string,
  date = "2026-10-15",
): PublishedExample => ({ id, source, input: { card, date, usage }, total });

const workers = (requests: string, cpuMs: string) => ({ subscription: "1", requests, "cpu-ms": cpuMs });
const neon = (compute: string, storage: string, restore: string) => ({ compute, storage, "instant-restore": restore });

/** The plan fee of 5.00 that the totals of Durable Objects contain is of `cloudflare/workers-paid`, and left out here. */
export const PUBLISHED_EXAMPLES: readonly PublishedExample[] = [
  example("workers-1", WORKERS, "cloudflare/workers-paid", workers("15000000", "105000000"), "8.00"),
  example("workers-2", WORKERS, "cloudflare/workers-paid", workers("3000000", "21000000"), "5.00"),
  example("workers-3", WORKERS, "cloudflare/workers-paid", workers("720", "129600000"), "6.99"),
  example("workers-4", WORKERS, "cloudflare/workers-paid", workers("100000000", "700000000"), "45.40"),
  example("logs-1", LOGS, "cloudflare/workers-logs", { "log-events": "30000000" }, "6.00"),
  example("logs-2", LOGS, "cloudflare/workers-logs", { "log-events": "200000000" }, "108.00"),
  example(
    "observability-1",
    "https://developers.cloudflare.com/observability/pricing/",
    "cloudflare/observability",
    { ingestion: "75", storage: "20" },
    "7.05",
    "2026-12-15",
  ),
  example("queues-1", QUEUES, "cloudflare/queues-paid", { operations: "90000000" }, "35.60"),
  example("queues-2", QUEUES, "cloudflare/queues-paid", { operations: "600000000" }, "239.60"),
  example("objects-1", OBJECTS, "cloudflare/durable-objects-paid", { requests: "1500000", duration: "128000" }, "0.15"),
  example(
    "objects-2",
    OBJECTS,
    "cloudflare/durable-objects-paid",
    { requests: "3750000", duration: "11059200" },
    "137.95",
  ),
  example(
    "objects-3",
    OBJECTS,
    "cloudflare/durable-objects-paid",
    { requests: "12960100", duration: "33177600" },
    "414.30",
  ),
  example(
    "objects-4",
    OBJECTS,
    "cloudflare/durable-objects-paid",
    { requests: "21610000", duration: "552960" },
    "15.65",
  ),
  example(
    "r2-standard",
    R2,
    "cloudflare/r2-standard",
    { storage: "1000", "class-a": "1000", "class-b": "1000000" },
    "14.85",
  ),
  example(
    "r2-infrequent-access",
    R2,
    "cloudflare/r2-infrequent-access",
    { storage: "1000", "class-a": "1000", "class-b": "1000000", "data-retrieval": "1000" },
    "29.90",
  ),
  example(
    "r2-asset-hosting",
    R2,
    "cloudflare/r2-standard",
    { storage: "10", "class-a": "100000", "class-b": "300000000" },
    "104.40",
  ),
  example("r2-one-operation-more", R2, "cloudflare/r2-standard", { "class-a": "2000001" }, "9.00"),
  example("r2-a-tenth-of-a-gb-more", R2, "cloudflare/r2-infrequent-access", { storage: "1.1" }, "0.02"),
  example(
    "lambda-mobile-backend",
    "https://aws.amazon.com/lambda/pricing/",
    "aws/lambda-x86-us-east-1",
    { duration: "540000", requests: "3000000" },
    "2.73",
  ),
  example("neon-launch-1", NEON_PLANS, "neon/launch", neon("10", "3", "1"), "2.31"),
  example("neon-launch-2", NEON_PLANS, "neon/launch", neon("120", "25", "10"), "23.47"),
  example("neon-launch-3", NEON_PLANS, "neon/launch", neon("250", "50", "20"), "48.00"),
  example("neon-scale-1", NEON_PLANS, "neon/scale", neon("1700", "125", "50"), "431.15"),
  example("neon-scale-2", NEON_PLANS, "neon/scale", neon("2600", "190", "75"), "658.70"),
  example("neon-compute", NEON_USAGE, "neon/scale", { compute: "138.8888888888888888888888889" }, "30.83"),
  example("neon-storage", NEON_USAGE, "neon/launch", { storage: "3.3602150537634408602150537634" }, "1.18"),
  example("neon-a-month-of-2-gb", NEON_USAGE, "neon/launch", { storage: "2" }, "0.70"),
  example("neon-branches", NEON_USAGE, "neon/launch", { "extra-branches": "0.0967741935483870967741935484" }, "0.15"),
];
