import { cleanUrl } from "#hosts/workers/clean-url.ts";
import { type TicketObserver, ticketRuns } from "#hosts/workers/ticket-runs.ts";
import type { WorkerSpec } from "#hosts/workers/worker.ts";
import { Service } from "#shared/raindrop/handlers.ts";

/** The class of the layout's own service: takes what QStash delivers, for every observer. */
export function startTickets(spec: WorkerSpec, observers: readonly TicketObserver[]) {
  const run = ticketRuns(spec, observers);
  return class StartedTickets extends Service<object> {
    async fetch(request: Request): Promise<Response> {
      return await run(this, request, cleanUrl(request, spec.name).pathname);
    }
  };
}
