import { type Coalescer, createCoalescer } from "#shared/batching/coalescer.ts";
import type { Loads } from "#shared/batching/load-kind.ts";
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
  readonly invocation: Invocation;
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

  constructor(host: HostContext) {
    this.#host = host;
    this.invocation = host.invocation;
  }

  get db() {
    const { database, signals } = this.#host.instance;
    this.#db ??= meteredDatabase(database, signals, this.invocation);
    return this.#db;
  }
  get loads() {
    this.#loads ??= coalescerOf(this.#host).for(this.db, () => this.operation);
    return this.#loads;
  }
  get batching() {
    return this.#host.instance.batching;
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
