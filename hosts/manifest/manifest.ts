import type { Position } from "./diagnostics.ts";
import type { BUCKET_ACTIONS, VISIBILITIES } from "./schema.ts";

export type Visibility = (typeof VISIBILITIES)[number];
export type BucketAction = (typeof BUCKET_ACTIONS)[number];

/** What one manifest declares, checked. Lists are in the order of the text. */
export interface Manifest {
  /** The name that messages about it begin with. */
  readonly file: string;
  readonly application: Declared;
  /** The application's own; a service's are in the service. */
  readonly env: readonly EnvVariable[];
  readonly services: readonly ServiceDeclaration[];
  readonly observers: readonly ObserverDeclaration[];
  readonly tasks: readonly TaskDeclaration[];
  readonly queues: readonly QueueDeclaration[];
  readonly kvCaches: readonly KvCacheDeclaration[];
  readonly buckets: readonly BucketDeclaration[];
  /** The rest of the language. A host that cannot run one refuses it at start. */
  readonly others: readonly OtherDeclaration[];
}

export interface Declared {
  readonly name: string;
  readonly at: Position;
}

export interface EnvVariable extends Declared {
  readonly isSecret: boolean;
  /** Never there for a secret. */
  readonly default?: string;
}

interface HandlerDeclaration extends Declared {
  /** The handler's file, relative to the manifest's folder, with "/" between folders. */
  readonly entry: string;
}

export interface ServiceDeclaration extends HandlerDeclaration {
  readonly kind: "service";
  /** Under this name other handlers see it in their env. */
  readonly binding: string;
  /** `private` where the manifest is silent: the vendor documents no default, so the closed one holds. */
  readonly visibility: Visibility;
  readonly domains: readonly Domain[];
  readonly env: readonly EnvVariable[];
}

export type Domain = { readonly cname: string } | { readonly fqdn: string };

export interface ObserverDeclaration extends HandlerDeclaration {
  readonly kind: "observer";
  readonly source: ObserverSource;
}

export type ObserverSource =
  | { readonly kind: "queue"; readonly queue: string; readonly at: Position }
  | { readonly kind: "bucket"; readonly bucket: string; readonly rules: readonly BucketRule[]; readonly at: Position };

export interface BucketRule {
  readonly actions: readonly BucketAction[];
  readonly prefix?: string;
}

export interface TaskDeclaration extends HandlerDeclaration {
  readonly kind: "task";
  /** Five fields in UTC; a macro such as `@daily` is written out. */
  readonly cron: string;
}

export interface QueueDeclaration extends Declared {
  readonly kind: "queue";
  readonly binding: string;
  /** The name of the one observer; without one the queue is bound in no env. */
  readonly observer?: string;
}

export interface KvCacheDeclaration extends Declared {
  readonly kind: "kv_cache";
  readonly binding: string;
}

export interface BucketDeclaration extends Declared {
  readonly kind: "bucket";
  readonly locationHint?: string;
  readonly visibility?: Visibility;
}

export interface OtherDeclaration extends Declared {
  readonly kind: "mcp_service" | "actor" | "smartbucket" | "smartmemory" | "smartsql" | "vector_index" | "sql_database";
}

export type Handler = ServiceDeclaration | ObserverDeclaration | TaskDeclaration;

/** Every handler that the manifest declares: services, then observers, then tasks. */
export function handlersOf(manifest: Manifest): Handler[] {
  return [...manifest.services, ...manifest.observers, ...manifest.tasks];
}

/** The name under which a handler's env holds a block: `demo-cache` → `DEMO_CACHE`. */
export function bindingName(name: string): string {
  return name.replaceAll("-", "_").toUpperCase();
}
