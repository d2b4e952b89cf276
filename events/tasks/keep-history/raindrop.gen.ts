// Written by "npm run manifest -- types" from the manifest; change that and run it again.
// AI, annotation, logger and tracer are absent on purpose: Rainwire's hosts hand what stands for them over in the context.

import type { ServiceStub } from "#shared/raindrop/context.ts";
import type { Queue } from "#shared/raindrop/queue.ts";

export interface Env {
  _raindrop: { app: { name: string } };
  ALLOWED_HOSTS: string;
  API: ServiceStub<import("../../../functions/api/index.ts").default>;
  AUTH: ServiceStub<import("../../../functions/auth/index.ts").default>;
  CDN_PURGE: string;
  CDN_PURGE_TOKEN: string;
  CDN_PURGE_URL: string;
  DATABASE_URL: string;
  ENDPOINT_DELIVERIES: Queue<unknown>;
  FORWARDED_HEADER: string;
  HOOKS: ServiceStub<import("../../../functions/hooks/index.ts").default>;
  HOOKS_URL: string;
  INTERACTION_WRITES: Queue<unknown>;
  LOG_LEVEL: string;
  OPS: ServiceStub<import("../../../functions/ops/index.ts").default>;
  PUBLIC_URL: string;
  QSTASH_CURRENT_SIGNING_KEY: string;
  QSTASH_NEXT_SIGNING_KEY: string;
  QSTASH_TOKEN: string;
  QSTASH_URL: string;
  QUEUES: string;
  RAINWIRE_SECRET: string;
  REDIS_URL: string;
  REPORTS: ServiceStub<import("../../../functions/reports/index.ts").default>;
  TICKETS_URL: string;
  TRUSTED_PROXIES: string;
  UPSTASH_REDIS_REST_TOKEN: string;
  UPSTASH_REDIS_REST_URL: string;
  WEBHOOK_DELIVERIES: Queue<unknown>;
  WEBHOOK_FAN_OUT: Queue<unknown>;
  WORKFLOW_DISPATCH: Queue<unknown>;
}
