import { bindingsOf, envOf } from "#hosts/manifest/bindings.ts";
import { bindingName, type EnvVariable, type Handler, type Manifest } from "#hosts/manifest/manifest.ts";
import type { Subscription } from "#shared/events/observe.ts";
import type { ProducerSpec, WorkerBinding, WorkerSpec } from "./worker.ts";

/** One Worker to deploy: what it runs and what it is bound to. */
export interface WorkerPlan {
  /** Of the script on Cloudflare: `<application>-<function>`. */
  readonly script: string;
  readonly job:
    | { readonly kind: "service"; readonly entry: string; readonly isPublic: boolean }
    | { readonly kind: "observer"; readonly entry: string; readonly queue: string; readonly subscription: Subscription }
    | { readonly kind: "task"; readonly entry: string; readonly cron: string }
    | { readonly kind: "tickets"; readonly observers: readonly PlannedObserver[] } // the host's own, in place of the observers'
    | { readonly kind: "relay" } // the host's own: sweeps the outbox
    | { readonly kind: "tail" }; // the host's own: completes usage records
  readonly spec: WorkerSpec;
  readonly env: readonly EnvVariable[];
  /** Other Workers by the name that the handler's env has for them. */
  readonly services: readonly { readonly binding: string; readonly script: string }[];
  readonly kvCaches: readonly string[];
  /** Queues of the platform that it may send to, by the binding's name. */
  readonly producers: readonly { readonly binding: string; readonly queue: string }[];
}

/** An observer in the Worker that QStash delivers to. */
export interface PlannedObserver {
  readonly name: string;
  readonly entry: string;
  readonly queue: string;
  readonly bindings: readonly WorkerBinding[];
}

/** What carries the queues: those of the platform, or QStash. */
export type QueueCarrier = "platform" | "qstash";

export interface PlannedHandler {
  readonly declaration: Handler;
  readonly subscription?: Subscription;
}

const SWEEP = "relay";
const TAIL = "tail";
const TICKETS = "tickets";

export const scriptName = (manifest: Manifest, name: string): string => `${manifest.application.name}-${name}`;
export const tailScript = (manifest: Manifest): string => scriptName(manifest, TAIL);
export const queueScript = (manifest: Manifest, queue: string): string => scriptName(manifest, queue);
/** Where Cloudflare puts tickets that could not be delivered. They carry no facts: the sweep sends new ones. */
export const lostTicketsQueue = (manifest: Manifest): string => scriptName(manifest, "lost-tickets");
const producerBinding = (queue: string): string => `RAINWIRE_QUEUE_${bindingName(queue)}`;

/**
 * A Worker for each function, and those of the host itself. Over QStash, which delivers over HTTP, one Worker takes the
 * place of the observers', so that there is one address to deliver to. Throws for what Workers of ours cannot run.
 */
export function planWorkers(
  manifest: Manifest,
  handlers: readonly PlannedHandler[],
  carrier: QueueCarrier = "platform",
): WorkerPlan[] {
  refuseUnsupported(manifest);
  const { spec: producers, bound } = producersOf(manifest, handlers, carrier);
  const application = manifest.application.name;
  const own = (name: string, job: WorkerPlan["job"]): WorkerPlan => ({
    script: scriptName(manifest, name),
    job,
    spec: { application, name, bindings: [], producers: job.kind === "tail" ? {} : producers },
    env: manifest.env,
    services: [],
    kvCaches: [],
    producers: job.kind === "tail" ? [] : bound,
  });
  const planned = handlers.map(({ declaration, subscription }): WorkerPlan => {
    const bindings = bindingsOf(manifest, declaration);
    return {
      ...own(declaration.name, jobOf(declaration, subscription)),
      spec: {
        application,
        name: declaration.name,
        bindings: bindings.map((binding): WorkerBinding => {
          if (binding.kind === "app") return { kind: "app", name: binding.name, application };
          if (binding.kind === "queue") return { kind: "queue", name: binding.name, queue: binding.queue.name };
          return { kind: binding.kind, name: binding.name };
        }),
        producers,
      },
      env: envOf(manifest, declaration),
      services: bindings.flatMap((binding) =>
        binding.kind === "service"
          ? [{ binding: binding.name, script: scriptName(manifest, binding.service.name) }]
          : [],
      ),
      kvCaches: bindings.flatMap((binding) => (binding.kind === "kv_cache" ? [binding.name] : [])),
    };
  });
  const hosts = [own(SWEEP, { kind: "relay" }), own(TAIL, { kind: "tail" })];
  if (carrier === "platform") return [...planned, ...hosts];
  const [observers, rest] = [planned.filter(isObserver), planned.filter((plan) => !isObserver(plan))];
  const tickets = own(TICKETS, { kind: "tickets", observers: observers.flatMap(plannedObserver) });
  return [...rest, { ...tickets, ...boundByAny(observers) }, ...hosts];
}

/** The relays' queues, for their code and for their bindings. */
function producersOf(manifest: Manifest, handlers: readonly PlannedHandler[], carrier: QueueCarrier) {
  const queues = manifest.queues.flatMap(({ name, observer }) => {
    const { subscription } = handlers.find(({ declaration }) => declaration.name === observer) ?? {};
    return observer === undefined ? [] : [{ name, binding: producerBinding(name), subscription }];
  });
  return {
    spec: Object.fromEntries(
      queues.map(({ name, binding, subscription }): [string, ProducerSpec] => [
        name,
        { binding, ...(subscription && { parallelism: subscription.concurrency }) },
      ]),
    ),
    bound: carrier === "platform" ? queues.map(({ name, binding }) => ({ binding, queue: name })) : [],
  };
}

const isObserver = ({ job }: WorkerPlan): boolean => job.kind === "observer";

const plannedObserver = ({ job, spec: { name, bindings } }: WorkerPlan): PlannedObserver[] =>
  job.kind === "observer" ? [{ name, entry: job.entry, queue: job.queue, bindings }] : [];

/** What any of these Workers is bound to, each once. */
function boundByAny(plans: readonly WorkerPlan[]): Pick<WorkerPlan, "services" | "kvCaches"> {
  const services = new Map(plans.flatMap((plan) => plan.services.map((service) => [service.binding, service])));
  return { services: [...services.values()], kvCaches: [...new Set(plans.flatMap(({ kvCaches }) => kvCaches))] };
}

function jobOf(declaration: Handler, subscription: Subscription | undefined): WorkerPlan["job"] {
  const { entry } = declaration;
  switch (declaration.kind) {
    case "service":
      return { kind: "service", entry, isPublic: declaration.visibility === "public" };
    case "task":
      return { kind: "task", entry, cron: declaration.cron };
    case "observer": {
      if (declaration.source.kind !== "queue" || subscription === undefined) {
        throw new Error(`${entry}: an observer of a bucket does not run on the Workers host.`);
      }
      return { kind: "observer", entry, queue: declaration.source.queue, subscription };
    }
  }
}

function refuseUnsupported(manifest: Manifest): void {
  const [other] = [...manifest.others, ...manifest.buckets];
  if (other) {
    const { file } = manifest;
    throw new Error(
      `${file}:${other.at.line}:${other.at.column}: the Workers host does not run ${other.kind} "${other.name}".`,
    );
  }
  for (const { name, at } of [...manifest.services, ...manifest.observers, ...manifest.tasks]) {
    if (![SWEEP, TAIL, TICKETS].includes(name)) continue;
    throw new Error(
      `${manifest.file}:${at.line}:${at.column}: the Workers host has a Worker "${name}" of its own; choose another name.`,
    );
  }
}
