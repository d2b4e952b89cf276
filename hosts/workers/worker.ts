import { meteredKvCache } from "#hosts/running/metered-kv-cache.ts";
import { outboxQueue } from "#hosts/running/queue/outbox-queue.ts";
import { type Background, type Run, runInvocation } from "#hosts/running/run-invocation.ts";
import { jsonLogger, type LogLevel } from "#shared/kernel/logger.ts";
import { createInstance } from "#shared/runtime/create-instance.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { OUTBOX_TOPIC } from "#shared/runtime/metered.ts";
import { namespaceKvCache } from "./kv-cache.ts";
import type { KvNamespace, PlatformContext, QueueProducer } from "./platform.ts";
import { qstashQueue } from "./qstash-queue.ts";
import { type RelayContext, relay } from "./relay.ts";
import { usageLines } from "./usage-line.ts";

/** What stands under one name of a handler's env: written into the generated entry from the manifest. */
export type WorkerBinding =
  | { readonly kind: "app"; readonly name: string; readonly application: string }
  | { readonly kind: "env" | "kv_cache" | "service"; readonly name: string }
  | { readonly kind: "queue"; readonly name: string; readonly queue: string };

export interface WorkerSpec {
  readonly application: string;
  readonly name: string;
  readonly bindings: readonly WorkerBinding[];
  /** The queues that this Worker relays to, by their names in the manifest. */
  readonly producers: Readonly<Record<string, ProducerSpec>>;
}

export interface ProducerSpec {
  /** The host's own producer binding. */
  readonly binding: string;
  /** Deliveries under way at once, where QStash carries the queue; {@link DEFAULT_PARALLELISM} unless told. */
  readonly parallelism?: number;
}

const DEFAULT_PARALLELISM = 16;

/** One Worker in one isolate. Its Instance is made at the first invocation, since bindings exist only then. */
export interface Worker {
  readonly spec: WorkerSpec;
  /**
   * Runs `work` with the isolate's Instance, bound to this request; relays what it commits to the outbox, and keeps the
   * request alive until all is done.
   */
  with<T>(platform: Platform, work: (scope: Scope) => Promise<T>): Promise<T>;
}

export interface Platform {
  readonly env: object;
  readonly ctx: PlatformContext;
}

export interface Scope {
  readonly instance: Instance;
  readonly background: Background;
  /** The env of the handler, exactly as the manifest declares it. */
  readonly handlerEnv: object;
  run<T>(run: Run<T>): Promise<T>;
  /** Something is due in the outbox: the relay looks now. */
  wakeRelay(): void;
}

export function createWorker(spec: WorkerSpec): Worker {
  let made: Promise<Instance> | undefined;
  const instanceOf = (env: object): Promise<Instance> => {
    made ??= makeInstance(env).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return {
    spec,
    async with(platform, work) {
      const shared = await instanceOf(platform.env);
      const background: Background = new Set();
      const wakeRelay = relayOnce({ ...shared, producers: producersOf(spec, platform.env, shared) }, platform.ctx);
      const signals = {
        ...shared.signals,
        publish: (topic: string) => (topic === OUTBOX_TOPIC ? wakeRelay() : undefined),
      };
      const instance: Instance = { ...shared, signals };
      const drain = async () => {
        while (background.size > 0) await Promise.all(background);
      };
      try {
        return await work({
          instance,
          background,
          handlerEnv: handlerEnv(spec.bindings, platform.env, instance),
          run: (run) => runInvocation(instance, background, run),
          wakeRelay,
        });
      } finally {
        platform.ctx.waitUntil(drain());
      }
    },
  };
}

/**
 * Relays beside the work, since a caller may wait for what its own request has set going. Wakes that come while a
 * relay runs make one more together.
 */
function relayOnce(ctx: RelayContext, platform: PlatformContext): () => void {
  let isDue = false;
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    try {
      while (isDue) {
        isDue = false;
        await relay(ctx);
      }
    } catch (error) {
      ctx.log.warn("the relay failed; the sweep comes after it", { error: String(error) });
    } finally {
      isRunning = false;
    }
  };
  return () => {
    isDue = true;
    if (!isRunning) platform.waitUntil(run());
  };
}

async function makeInstance(env: object): Promise<Instance> {
  const write = (line: string) => console.log(line);
  const levels: LogLevel[] = ["debug", "info", "warn", "error"];
  const level = "LOG_LEVEL" in env ? (env.LOG_LEVEL as LogLevel) : "info"; // safe: createInstance checks it
  const log = jsonLogger(write, (each) => levels.indexOf(each) >= levels.indexOf(level));
  return await createInstance(env, { log, usage: usageLines(write) });
}

/** Where this Worker's tickets go, by the queues' names in the manifest. */
function producersOf(
  { application, producers }: WorkerSpec,
  env: object,
  { config, publisher }: Instance,
): Map<string, QueueProducer> {
  const values = env as Record<string, unknown>; // safe: bindings by name
  const producerOf = (queue: string, { binding, parallelism = DEFAULT_PARALLELISM }: ProducerSpec): QueueProducer => {
    if (config.queues.via === "platform" || !publisher) return values[binding] as QueueProducer; // safe: wrangler-config.ts binds it
    const url = `${config.queues.ticketsUrl}/${queue}`;
    return qstashQueue({ publisher, url, flowKey: `${application}.${queue}`, parallelism });
  };
  return new Map(Object.entries(producers).map(([queue, spec]) => [queue, producerOf(queue, spec)]));
}

/** What a handler's env holds of these bindings. */
export function handlerEnv(bindings: readonly WorkerBinding[], env: object, { database, signals }: Instance): object {
  const values = env as Record<string, unknown>; // safe: bindings by name
  const bound = (binding: WorkerBinding): unknown => {
    switch (binding.kind) {
      case "app":
        return { app: { name: binding.application } };
      case "queue":
        return outboxQueue(database, signals, binding.queue);
      case "kv_cache":
        return meteredKvCache(namespaceKvCache(values[binding.name] as KvNamespace)); // safe: wrangler-config.ts binds it
      case "env":
        return values[binding.name] ?? "";
      case "service":
        return values[binding.name];
    }
  };
  return Object.fromEntries(bindings.map((binding) => [binding.name, bound(binding)]));
}
