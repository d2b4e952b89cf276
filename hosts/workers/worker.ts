import { meteredKvCache } from "#hosts/node/metered-kv-cache.ts";
import { outboxQueue } from "#hosts/node/queue/outbox-queue.ts";
import { type Background, type Run, runInvocation } from "#hosts/node/run-invocation.ts";
import { jsonLogger, type LogLevel } from "#shared/kernel/logger.ts";
import { createInstance } from "#shared/runtime/create-instance.ts";
import type { Instance } from "#shared/runtime/instance.ts";
import { OUTBOX_TOPIC } from "#shared/runtime/metered.ts";
import { namespaceKvCache } from "./kv-cache.ts";
import type { KvNamespace, PlatformContext, QueueProducer } from "./platform.ts";
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
  /** The host's own producer binding of each queue, by the queue's name in the manifest. */
  readonly producers: Readonly<Record<string, string>>;
}

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
      const wakeRelay = relayOnce({ ...shared, producers: producersOf(spec, platform.env) }, platform.ctx);
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
          handlerEnv: handlerEnv(spec, platform.env, instance),
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

/** The Cloudflare Queues that this Worker may send to, by their names in the manifest. */
export function producersOf(spec: WorkerSpec, env: object): Map<string, QueueProducer> {
  const values = env as Record<string, unknown>; // safe: bindings by name
  return new Map(Object.entries(spec.producers).map(([queue, binding]) => [queue, values[binding] as QueueProducer])); // safe: wrangler-config.ts binds it
}

function handlerEnv({ bindings }: WorkerSpec, env: object, { database, signals }: Instance): object {
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
