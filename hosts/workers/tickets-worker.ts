import { cleanUrl } from "./clean-url.ts";
import type { PlatformContext } from "./platform.ts";
import { type TicketObserver, ticketRuns } from "./ticket-runs.ts";
import type { WorkerSpec } from "./worker.ts";

/** The host's own Worker that QStash delivers to, in place of the observers' Workers. */
export function ticketsWorker(spec: WorkerSpec, observers: readonly TicketObserver[]) {
  const run = ticketRuns(spec, observers);
  return {
    fetch: (request: Request, env: object, ctx: PlatformContext): Promise<Response> =>
      run({ env, ctx }, request, cleanUrl(request, spec.name).pathname),
  };
}
