import { WorkerEntrypoint } from "cloudflare:workers";
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

/** As on every host: no service prefix in the path. */
function cleanUrl(request: Request, service: string): URL {
  const url = new URL(request.url);
  if (url.pathname === `/${service}` || url.pathname.startsWith(`/${service}/`)) {
    url.pathname = url.pathname.slice(service.length + 1) || "/";
  }
  return url;
}
