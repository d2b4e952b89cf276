import type { Context } from "hono";
import { actorOf } from "#shared/accounts/principal.ts";
import { runOf } from "#shared/http/caller.ts";
import type { EdgeEnv } from "#shared/http/edge.ts";
import type { Decider } from "#shared/limits/decide-incident.ts";
import { ensureDrivenBy, runActor } from "#shared/workflows/run-actor.ts";

/** The run as the one who decides about an incident: only about the one that drives it, while it may still write. */
export function deciderOf(
  c: Context<EdgeEnv>,
  incidentId: string,
): Decider & { guards: NonNullable<Decider["guards"]> } {
  const run = runOf(c);
  const driven = ensureDrivenBy(run, "limits.abuse_detected", "incidentId", incidentId);
  return { actor: actorOf(c.get("principal")), isPerson: false, guards: [...runActor(run).guards, driven] };
}
