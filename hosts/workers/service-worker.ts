import { WorkerEntrypoint } from "cloudflare:workers";
import { cleanUrl } from "./clean-url.ts";
import { serviceRuns } from "./service-runs.ts";
import type { WorkerSpec } from "./worker.ts";

/** The entrypoint of a service: `fetch`, and its public methods for other Workers' service bindings. */
export function serviceWorker(spec: WorkerSpec, Handler: unknown): typeof WorkerEntrypoint {
  const runs = serviceRuns(spec, Handler);

  class ServiceEntrypoint extends WorkerEntrypoint {
    async fetch(request: Request): Promise<Response> {
      return await runs.fetch({ env: this.env, ctx: this.ctx }, request, cleanUrl(request, spec.name));
    }
  }

  runs.addMethods(ServiceEntrypoint.prototype);
  return ServiceEntrypoint;
}
