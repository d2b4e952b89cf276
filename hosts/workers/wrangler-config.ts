import type { Manifest } from "#hosts/manifest/manifest.ts";
import { OPTIONAL_SECRETS, QSTASH_SECRETS } from "#shared/runtime/config.ts";
import { COMPATIBILITY_DATE, COMPATIBILITY_FLAGS } from "./compatibility.ts";
import { lostTicketsQueue, type QueueCarrier, queueScript, tailScript, type WorkerPlan } from "./worker-plan.ts";

/** Cloudflare Queues' own limits. */
const MOST_BATCH = 100;
const MOST_CONCURRENCY = 250;
const MOST_WAIT_S = 60;
/** Deliveries of a ticket, not of a message: its attempts are counted in the outbox. 100 is Cloudflare's most. */
const TICKET_RETRIES = 100;
const EVERY_MINUTE = "* * * * *";

export interface ConfigOptions {
  /** Values of the env variables that are no secrets; the manifest's default stands in for what is absent. */
  readonly vars: Readonly<Record<string, string | undefined>>;
  /** Cloudflare refuses a binding to a Worker that is not there yet, so the very first deployment leaves them out. */
  readonly isFirst?: boolean;
}

/** What carries the queues of a deployment with these values. */
export const carrierOf = ({ QUEUES }: ConfigOptions["vars"]): QueueCarrier =>
  QUEUES === "qstash" ? "qstash" : "platform";

/** What wrangler needs to deploy one Worker (wrangler configuration, 4.164). */
export function wranglerConfig(manifest: Manifest, plan: WorkerPlan, { vars, isFirst = false }: ConfigOptions): object {
  const { job, spec, services, kvCaches } = plan;
  const plain = plan.env.filter(({ isSecret }) => !isSecret);
  const values = Object.fromEntries(
    plain.map((variable) => [variable.name, vars[variable.name] ?? variable.default ?? ""]),
  );
  const producers = plan.producers.map(({ binding, queue }) => ({ binding, queue: queueScript(manifest, queue) }));
  const isOptional = (name: string): boolean =>
    OPTIONAL_SECRETS.includes(name) && !(carrierOf(vars) === "qstash" && QSTASH_SECRETS.some((each) => each === name));
  return {
    name: plan.script,
    main: "worker.js",
    no_bundle: true,
    compatibility_date: COMPATIBILITY_DATE,
    compatibility_flags: COMPATIBILITY_FLAGS,
    ...routing(job, spec.name, values.PUBLIC_URL ?? ""),
    vars: values,
    secrets: {
      required: plan.env.filter(({ isSecret, name }) => isSecret && !isOptional(name)).map(({ name }) => name),
    },
    queues: {
      producers,
      consumers:
        job.kind !== "observer"
          ? []
          : [
              {
                queue: queueScript(manifest, job.queue),
                max_batch_size: Math.min(MOST_BATCH, job.subscription.batchSize),
                max_batch_timeout: Math.min(MOST_WAIT_S, Math.ceil(job.subscription.maxWaitMs / 1000)),
                max_retries: TICKET_RETRIES,
                max_concurrency: Math.min(MOST_CONCURRENCY, job.subscription.concurrency),
                dead_letter_queue: lostTicketsQueue(manifest),
              },
            ],
    },
    kv_namespaces: kvCaches.map((binding) => ({ binding })), // without an id wrangler makes the namespace
    services: isFirst ? [] : services.map(({ binding, script }) => ({ binding, service: script })),
    ...(job.kind === "task" && { triggers: { crons: [job.cron] } }),
    ...(job.kind === "relay" && { triggers: { crons: [EVERY_MINUTE] } }),
    ...(job.kind !== "tail" && !isFirst && { tail_consumers: [{ service: tailScript(manifest) }] }),
    observability: { enabled: true },
  };
}

/**
 * Public services share PUBLIC_URL's host as they do on Node: `/<service>/*`, and the rest goes to `api`. Without a
 * public host each has its workers.dev address. Nothing else is reachable.
 */
function routing(job: WorkerPlan["job"], name: string, publicUrl: string): object {
  const closed = { workers_dev: false, preview_urls: false };
  const isPublic = job.kind === "tickets" || (job.kind === "service" && job.isPublic);
  if (!isPublic) return closed;
  const url = URL.parse(publicUrl);
  if (url?.protocol !== "https:" || url.hostname.endsWith(".workers.dev")) {
    return { workers_dev: true, preview_urls: false };
  }
  return { ...closed, routes: [name === "api" ? `${url.hostname}/*` : `${url.hostname}/${name}/*`] };
}
