/** What an attribute takes. */
export type ValueType =
  | "string"
  | "boolean"
  | "whole number"
  | { oneOf: readonly string[] }
  | { listOf: readonly string[] };

export interface BlockSchema {
  /** What each label says; its length is the number of labels. */
  readonly labels: readonly string[];
  readonly attributes: Readonly<Record<string, ValueType>>;
  readonly blocks: Readonly<Record<string, BlockSchema>>;
  /** Attributes and blocks that must be there, each with how to write it. */
  readonly required: Readonly<Record<string, string>>;
  /** False where one such block is all that its parent takes. */
  readonly isRepeatable: boolean;
}

export const VISIBILITIES = ["public", "protected", "private"] as const;

export const BUCKET_ACTIONS = [
  "PutObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "DeleteObject",
  "LifecycleDeletion",
] as const;

const block = (labels: readonly string[], accepts: Partial<Omit<BlockSchema, "labels">> = {}): BlockSchema => ({
  labels,
  attributes: {},
  blocks: {},
  required: {},
  isRepeatable: true,
  ...accepts,
});

const visibility = { oneOf: VISIBILITIES };
const named = ["name"] as const;

const env = block(named, { attributes: { secret: "boolean", default: "string" } });
const domain = block([], { attributes: { cname: "string", fqdn: "string" } });
const rule = block([], { attributes: { actions: { listOf: BUCKET_ACTIONS }, prefix: "string" } });
const source = block([], { attributes: { queue: "string", bucket: "string" }, blocks: { rule }, isRepeatable: false });

const application = block(named, {
  isRepeatable: false,
  blocks: {
    service: block(named, { attributes: { visibility }, blocks: { domain, env } }),
    mcp_service: block(named, { attributes: { visibility, authorization_server: "string" } }),
    actor: block(named, { attributes: { visibility } }),
    observer: block(named, { blocks: { source }, required: { source: 'source { queue = "…" }' } }),
    queue: block(named),
    task: block(named, {
      attributes: { type: { oneOf: ["cron"] }, cron: "string" },
      required: { type: 'type = "cron"', cron: 'cron = "*/5 * * * *"' },
    }),
    bucket: block(named, { attributes: { location_hint: "string", visibility } }),
    smartbucket: block(named),
    smartmemory: block(named),
    smartsql: block(named),
    kv_cache: block(named),
    vector_index: block(named, { attributes: { dimensions: "whole number", metric: "string" } }),
    sql_database: block(named),
    env,
  },
});

/** The whole language, as a block: what may stand at the top of a manifest. */
export const MANIFEST = block([], { blocks: { application } });

/** Words that are often written in a manifest and are not in its language, each with what to do instead. */
export const NOT_IN_THE_LANGUAGE: Readonly<Record<string, string>> = {
  binding: "a binding's name is made from the block's name (demo-cache → env.DEMO_CACHE)",
  route: "a service gets every request under its prefix; declare routes in its handler",
  cors: "answer CORS in the service's code",
  mem: 'a cache is kv_cache "name" {}',
  ai: 'call the model over HTTP and keep its key in env "NAME" { secret = true }',
  provider: "the host decides what a block runs on; addresses and keys belong in env blocks",
  ttl: "give expirationTtl to each put() of the cache",
  max_batch_size: "the observer's own code states its batch size",
  batch_size: "the observer's own code states its batch size",
  visibility_timeout: "give delaySeconds to message.retry() in the observer",
  dead_letter_queue: "cap attempts in the observer and keep what failed there",
  trigger: 'an observer is started by its source; pick events with rule { actions = ["PutObject"] }',
  schedule: 'the clock starts tasks: let a task "name" { … } with its cron send to the queue that an observer reads',
};
