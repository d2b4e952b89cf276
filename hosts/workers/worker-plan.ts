import { bindingsOf, envOf } from "#hosts/manifest/bindings.ts";
import { bindingName, type EnvVariable, type Handler, type Manifest } from "#hosts/manifest/manifest.ts";
import type { Subscription } from "#shared/events/observe.ts";
import type { WorkerBinding, WorkerSpec } from "./worker.ts";

/** One Worker to deploy: what it runs and what it is bound to. */
export interface WorkerPlan {
  /** Of the script on Cloudflare: `<application>-<function>`. */
  readonly script: string;
  readonly job:
    | { readonly kind: "service"; readonly entry: string; readonly isPublic: boolean }
    | { readonly kind: "observer"; readonly entry: string; readonly queue: string; readonly subscription: Subscription }
    | { readonly kind: "task"; readonly entry: string; readonly cron: string }
    | { readonly kind: "relay" } // the host's own: sweeps the outbox
    | { readonly kind: "tail" }; // the host's own: completes usage records
  readonly spec: WorkerSpec;
  readonly env: readonly EnvVariable[];
  /** Other Workers by the name that the handler's env has for them. */
  readonly services: readonly { readonly binding: string; readonly script: string }[];
  readonly kvCaches: readonly string[];
}

export interface PlannedHandler {
  readonly declaration: Handler;
  readonly subscription?: Subscription;
}

const SWEEP = "relay";
const TAIL = "tail";

export const scriptName = (manifest: Manifest, name: string): string => `${manifest.application.name}-${name}`;
export const tailScript = (manifest: Manifest): string => scriptName(manifest, TAIL);
export const queueScript = (manifest: Manifest, queue: string): string => scriptName(manifest, queue);
/** Where Cloudflare puts tickets that could not be delivered. They carry no facts: the sweep sends new ones. */
export const lostTicketsQueue = (manifest: Manifest): string => scriptName(manifest, "lost-tickets");
const producerBinding = (queue: string): string => `RAINWIRE_QUEUE_${bindingName(queue)}`;

/** A Worker for each function, and the two of the host itself. Throws for what Workers of ours cannot run. */
export function planWorkers(manifest: Manifest, handlers: readonly PlannedHandler[]): WorkerPlan[] {
  refuseUnsupported(manifest);
  const producers = Object.fromEntries(
    manifest.queues.filter(({ observer }) => observer !== undefined).map(({ name }) => [name, producerBinding(name)]),
  );
  const application = manifest.application.name;
  const own = (name: string): WorkerPlan => ({
    script: scriptName(manifest, name),
    job: { kind: name === TAIL ? "tail" : "relay" },
    spec: { application, name, bindings: [], producers: name === TAIL ? {} : producers },
    env: manifest.env,
    services: [],
    kvCaches: [],
  });
  const planned = handlers.map(({ declaration, subscription }): WorkerPlan => {
    const bindings = bindingsOf(manifest, declaration);
    return {
      script: scriptName(manifest, declaration.name),
      job: jobOf(declaration, subscription),
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
  return [...planned, own(SWEEP), own(TAIL)];
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
    if (name !== SWEEP && name !== TAIL) continue;
    throw new Error(
      `${manifest.file}:${at.line}:${at.column}: the Workers host has a Worker "${name}" of its own; choose another name.`,
    );
  }
}
