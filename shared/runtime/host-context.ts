import type { Coalescer } from "#shared/batching/coalescer.ts";
import type { Invocation } from "#shared/costs/invocation.ts";
import type { ExecutionContext } from "#shared/raindrop/context.ts";
import type { Instance } from "./instance.ts";

/** What our hosts hand to a handler as its `ctx`. */
export interface HostContext extends ExecutionContext {
  readonly instance: Instance;
  readonly invocation: Invocation;
  /** Brings together what one invocation loads, where the instance does not for all of them. */
  coalescer?: Coalescer;
}

/** The host's context, or an error that says which host this handler was started on instead. */
export function hostContext(ctx: ExecutionContext): HostContext {
  if ("instance" in ctx && "invocation" in ctx) return ctx as HostContext; // safe: both members are a host's own
  throw new Error(
    "This handler was started by a host that hands no Instance: start it through hosts/node or hosts/workers.",
  );
}
