declare module "cloudflare:workers" {
  /** The class of a Worker whose public methods other Workers may call over a service binding. */
  export class WorkerEntrypoint {
    protected readonly ctx: { waitUntil(promise: Promise<unknown>): void };
    protected readonly env: object;
    constructor(ctx: object, env: object);
  }
}
