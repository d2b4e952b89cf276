import { type Coalescer, createCoalescer } from "#shared/batching/coalescer.ts";
import type { Loads } from "#shared/batching/load-kind.ts";
import { type Reads, recording, recordingLoads } from "#shared/caching/reads.ts";
import { tellingCdn } from "#shared/caching/tell-cdn.ts";
import type { Invocation } from "#shared/costs/invocation.ts";
import type { Database } from "#shared/database/database.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { Logger } from "#shared/kernel/logger.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import { formatTraceparent } from "#shared/tracing/trace-context.ts";
import type { EndpointsContext } from "#shared/webhooks/endpoints-context.ts";
import type { Sender } from "#shared/webhooks/sender.ts";
import type { ReconcileContext } from "#shared/workflows/reconcile-executions.ts";
import type { Config } from "./config.ts";
import { type HostContext, hostContext } from "./host-context.ts";
import type { Instance } from "./instance.ts";
import { meteredDatabase, meteredLog, meteredPublisher, meteredSender } from "./metered.ts";

/** Everything that a handler may reach, bound to its invocation: what it uses is counted on the way. */
export interface RainwireContext extends ReconcileContext, EndpointsContext {
  readonly config: Config;
  readonly auth: Instance["auth"];
  readonly tokens: Instance["tokens"];
  readonly sessionCache: Instance["sessionCache"];
  readonly publisher: Instance["publisher"];
  readonly deliveryVerifier: Instance["deliveryVerifier"];
  readonly limits: Instance["limits"];
  /** Loads by key, each in company of others at the same time. */
  readonly loads: Loads;
  readonly batching: Instance["batching"];
  /** The operationId, once the request has come to one. */
  operation: string | undefined;
  readonly caches: Instance["caches"];
  readonly cacheCounts: Instance["cacheCounts"];
  readonly cdnPurger: Instance["cdnPurger"];
  readonly invocation: Invocation;
  /** What is being read through this context; undefined: nobody notes it. */
  readonly reads: Reads | undefined;
  /** The same context, noting what is read through it. */
  recording(reads: Reads): RainwireContext;
  waitUntil(promise: Promise<unknown>): void;
  /** The cause of what this invocation writes for `actor`. */
  causedBy(actor: string): Cause;
}

export const openContext = (ctx: ExecutionContext): RainwireContext => new InvocationContext(hostContext(ctx));

/** Made for every invocation, so what is made from it waits until it is asked for. */
class InvocationContext implements RainwireContext {
  readonly invocation: Invocation;
  operation: string | undefined;
  readonly #host: HostContext;
  #db: Database | undefined;
  #loads: Loads | undefined;
  #sender: Sender | undefined;
  #log: Logger | undefined;

  readonly reads: Reads | undefined;

  constructor(host: HostContext, reads?: Reads) {
    this.#host = host;
    this.reads = reads;
    this.invocation = host.invocation;
  }

  get db() {
    if (!this.#db) {
      const metered = this.#metered();
      this.#db = this.reads ? recording(metered, this.reads) : metered;
    }
    return this.#db;
  }
  get loads() {
    if (!this.#loads) {
      // What a group reads is noted for each of its loads, not for whoever began it.
      const loads = coalescerOf(this.#host).for(this.#metered(), () => this.operation);
      this.#loads = this.reads ? recordingLoads(loads, this.reads) : loads;
    }
    return this.#loads;
  }
  get batching() {
    return this.#host.instance.batching;
  }
  get caches() {
    return this.#host.instance.caches;
  }
  get cacheCounts() {
    return this.#host.instance.cacheCounts;
  }
  get cdnPurger() {
    return this.#host.instance.cdnPurger;
  }
  get sender() {
    this.#sender ??= meteredSender(this.#host.instance.sender, this.invocation);
    return this.#sender;
  }
  get log() {
    const { functionName, id } = this.invocation;
    this.#log ??= meteredLog(this.#host.instance.log.with({ function: functionName, invocation: id }), this.invocation);
    return this.#log;
  }
  get config() {
    return this.#host.instance.config;
  }
  get auth() {
    return this.#host.instance.auth;
  }
  get tokens() {
    return this.#host.instance.tokens;
  }
  get sessionCache() {
    return this.#host.instance.sessionCache;
  }
  get publisher() {
    const { publisher } = this.#host.instance;
    return publisher && meteredPublisher(publisher, this.invocation);
  }
  get deliveryVerifier() {
    return this.#host.instance.deliveryVerifier;
  }
  get limits() {
    return this.#host.instance.limits;
  }
  get signals() {
    return this.#host.instance.signals;
  }
  get endpointGate() {
    return this.#host.instance.endpointGate;
  }
  get openedSecrets() {
    return this.#host.instance.openedSecrets;
  }
  get n8n() {
    return this.#host.instance.n8n;
  }
  get clock() {
    return this.#host.instance.clock;
  }
  get random() {
    return this.#host.instance.random;
  }
  get allowedHosts() {
    return this.config.allowedHosts;
  }
  get secret() {
    return this.config.secret;
  }
  get publicUrl() {
    return this.config.publicUrl;
  }
  get hooksUrl() {
    return this.config.hooksUrl;
  }

  recording(reads: Reads): RainwireContext {
    const recording = new InvocationContext(this.#host, reads);
    recording.operation = this.operation;
    return recording;
  }

  #metered(): Database {
    const { database, signals, caches, cdnPurger } = this.#host.instance;
    return meteredDatabase(database, signals, cdnPurger ? tellingCdn(this, caches) : caches, this.invocation);
  }

  waitUntil(promise: Promise<unknown>): void {
    this.#host.waitUntil(promise);
  }

  causedBy(actor: string): Cause {
    return { actor, traceparent: formatTraceparent(this.invocation.trace) };
  }
}

function coalescerOf(host: HostContext): Coalescer {
  if (host.instance.batching) return host.instance.batching.coalescer;
  host.coalescer ??= createCoalescer();
  return host.coalescer;
}
