import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { bindingsOf } from "#hosts/manifest/bindings.ts";
import { type EnvVariable, type Handler, handlersOf, type Manifest } from "#hosts/manifest/manifest.ts";
import type { HandlerClass } from "#hosts/running/handler-class.ts";
import { EVENT_NAMES, type EventName, isEventName } from "#shared/events/catalog.ts";
import type { Subscription } from "#shared/events/observe.ts";
import type { KvCache } from "#shared/raindrop/kv-cache.ts";
import type { Queue } from "#shared/raindrop/queue.ts";
import "./load-jsx.ts";

export interface LoadedHandler {
  declaration: Handler;
  Handler: HandlerClass;
  /** Of an observer. */
  subscription?: Subscription;
}

const SubscriptionExport = z.object({
  events: z.array(z.string().refine(isEventName, `must be one of ${EVENT_NAMES.join(", ")}`)),
  isOrdered: z.boolean(),
  batchSize: z.int().min(1).max(1000),
  maxWaitMs: z.int().min(0),
  attempts: z.int().min(1),
  concurrency: z.int().min(1),
});

/** Imports what the manifest declares, and nothing else. Throws with the handler's name when one is not what it must be. */
export async function loadHandlers(manifest: Manifest, rootDir: string): Promise<LoadedHandler[]> {
  refuseUnsupported(manifest);
  return await Promise.all(
    handlersOf(manifest).map(async (declaration) => {
      const module: unknown = await import(pathToFileURL(join(rootDir, declaration.entry)).href);
      const exported = module as { default?: unknown; subscription?: unknown }; // safe: a module is an object
      if (typeof exported.default !== "function")
        throw new Error(`${declaration.entry} has no default export of a handler class.`);
      const Handler = exported.default as HandlerClass; // safe: a function; a wrong one fails at its first invocation
      if (declaration.kind !== "observer") return { declaration, Handler };
      const subscription = SubscriptionExport.safeParse(exported.subscription);
      if (!subscription.success) {
        throw new Error(
          `${declaration.entry} exports no good \`subscription\`: ${z.prettifyError(subscription.error)}`,
        );
      }
      const events = subscription.data.events as EventName[]; // safe: refined above
      return { declaration, Handler, subscription: { ...subscription.data, events } };
    }),
  );
}

function refuseUnsupported(manifest: Manifest): void {
  const [other] = [...manifest.others, ...manifest.buckets];
  if (other) {
    throw new Error(
      `${manifest.file}:${other.at.line}:${other.at.column}: the Node host does not run ${other.kind} "${other.name}".`,
    );
  }
}

export interface BindingSources {
  /** Of a variable that the manifest declares; the host has seen to it before that none is missing. */
  valueOf(variable: EnvVariable): string | undefined;
  queue(name: string): Queue;
  kvCache(name: string): KvCache;
  /** A stub of a service, as seen from the handler. */
  stub(service: string): object;
}

/** The env that a handler is given: exactly the bindings that the manifest gives it. */
export function envFor(manifest: Manifest, declaration: Handler, sources: BindingSources): Record<string, unknown> {
  const env: Record<string, unknown> = {};
  for (const binding of bindingsOf(manifest, declaration)) {
    switch (binding.kind) {
      case "app":
        env[binding.name] = { app: { name: binding.application.name } };
        break;
      case "env": {
        env[binding.name] = sources.valueOf(binding.variable) ?? "";
        break;
      }
      case "queue":
        env[binding.name] = sources.queue(binding.queue.name);
        break;
      case "kv_cache":
        env[binding.name] = sources.kvCache(binding.cache.name);
        break;
      case "service":
        env[binding.name] = sources.stub(binding.service.name);
        break;
    }
  }
  return env;
}
