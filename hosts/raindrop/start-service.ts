import { serviceRuns } from "#hosts/workers/service-runs.ts";
import type { WorkerSpec } from "#hosts/workers/worker.ts";
import { Service } from "#shared/raindrop/handlers.ts";

/** The class that Raindrop starts for a service: `fetch`, and the handler's public methods for other services' stubs. */
export function startService(spec: WorkerSpec, Handler: unknown) {
  const runs = serviceRuns(spec, Handler);

  class StartedService extends Service<object> {
    async fetch(request: Request): Promise<Response> {
      return await runs.fetch(this, request);
    }
  }

  runs.addMethods(StartedService.prototype);
  return StartedService;
}
