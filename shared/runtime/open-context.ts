import type { Invocation } from "#shared/costs/invocation.ts";
import type { Cause } from "#shared/events/cause.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import { formatTraceparent } from "#shared/tracing/trace-context.ts";
import type { EndpointsContext } from "#shared/webhooks/endpoints-context.ts";
import type { ReconcileContext } from "#shared/workflows/reconcile-executions.ts";
import type { Config } from "./config.ts";
import { hostContext } from "./host-context.ts";
import type { Instance } from "./instance.ts";
import { meteredDatabase, meteredLogger, meteredPublisher, meteredSender } from "./metered.ts";

/** Everything that a handler may reach, bound to its invocation: what it uses is counted on the way. */
export interface RainwireContext extends ReconcileContext, EndpointsContext {
  readonly config: Config;
  readonly auth: Instance["auth"];
  readonly keySet: Instance["keySet"];
  readonly sessionCache: Instance["sessionCache"];
  readonly publisher: Instance["publisher"];
  readonly deliveryVerifier: Instance["deliveryVerifier"];
  readonly invocation: Invocation;
  waitUntil(promise: Promise<unknown>): void;
  /** The cause of what this invocation writes for `actor`. */
  causedBy(actor: string): Cause;
}

export function openContext(ctx: ExecutionContext): RainwireContext {
  const { instance, invocation } = hostContext(ctx);
  const { config } = instance;
  return {
    config,
    auth: instance.auth,
    keySet: instance.keySet,
    sessionCache: instance.sessionCache,
    publisher: instance.publisher && meteredPublisher(instance.publisher, invocation),
    deliveryVerifier: instance.deliveryVerifier,
    invocation,
    db: meteredDatabase(instance.database, instance.signals, invocation),
    sender: meteredSender(instance.sender, invocation),
    signals: instance.signals,
    endpointGate: instance.endpointGate,
    openedSecrets: instance.openedSecrets,
    allowedHosts: config.allowedHosts,
    n8n: instance.n8n,
    log: meteredLogger(
      instance.log.with({ function: invocation.functionName, invocation: invocation.id }),
      config.logLevel,
      invocation,
    ),
    clock: instance.clock,
    random: instance.random,
    secret: config.secret,
    publicUrl: config.publicUrl,
    hooksUrl: config.hooksUrl,
    waitUntil: (promise) => ctx.waitUntil(promise),
    causedBy: (actor) => ({ actor, traceparent: formatTraceparent(invocation.trace) }),
  };
}
