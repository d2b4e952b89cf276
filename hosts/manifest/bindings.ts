import type {
  Declared,
  EnvVariable,
  Handler,
  KvCacheDeclaration,
  Manifest,
  QueueDeclaration,
  ServiceDeclaration,
} from "./manifest.ts";

/** One member of a handler's `Env`: the name it has there and what the host puts under it. */
export type Binding =
  | { readonly kind: "app"; readonly name: "_raindrop"; readonly application: Declared } // value: {app: {name}}
  | { readonly kind: "env"; readonly name: string; readonly variable: EnvVariable }
  | { readonly kind: "queue"; readonly name: string; readonly queue: QueueDeclaration }
  | { readonly kind: "kv_cache"; readonly name: string; readonly cache: KvCacheDeclaration }
  | { readonly kind: "service"; readonly name: string; readonly service: ServiceDeclaration };

/**
 * Everything that a handler's `Env` holds, sorted by name without regard to case. A queue without observer is bound
 * nowhere, a service has no stub of itself, and a service's own env variable goes before the application's.
 */
export function bindingsOf(manifest: Manifest, handler: Handler): Binding[] {
  const bindings: Binding[] = [{ kind: "app", name: "_raindrop", application: manifest.application }];
  for (const variable of envOf(manifest, handler)) bindings.push({ kind: "env", name: variable.name, variable });
  for (const queue of manifest.queues) {
    if (queue.observer !== undefined) bindings.push({ kind: "queue", name: queue.binding, queue });
  }
  for (const cache of manifest.kvCaches) bindings.push({ kind: "kv_cache", name: cache.binding, cache });
  for (const service of manifest.services) {
    const isItself = handler.kind === "service" && handler.name === service.name;
    if (!isItself) bindings.push({ kind: "service", name: service.binding, service });
  }
  return bindings.toSorted((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()));
}

/** The env variables a handler sees: the application's, and in a service its own. */
export function envOf(manifest: Manifest, handler: Handler): EnvVariable[] {
  const own = handler.kind === "service" ? handler.env : [];
  const shadowed = new Set(own.map(({ name }) => name));
  return [...manifest.env.filter(({ name }) => !shadowed.has(name)), ...own];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
