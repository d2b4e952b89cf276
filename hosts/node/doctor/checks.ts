import type { Check } from "./check.ts";
import { env, manifest, nodeVersion } from "./checks/configuration.ts";
import { costs } from "./checks/costs.ts";
import { freeDisk, postgresMajor, secretFiles } from "./checks/data-directory.ts";
import { databaseClock, migrations, reachable } from "./checks/database.ts";
import { n8n } from "./checks/n8n.ts";
import { processes } from "./checks/processes.ts";
import { deadLetters, outbox, subscriptions } from "./checks/queues.ts";
import { redis } from "./checks/redis.ts";
import { partitions, usage } from "./checks/storage.ts";
import { circuits, deliveries, executions } from "./checks/workflows.ts";

/** What is configured, then what is reachable, then what is behind: in the order in which one mends. */
export const CHECKS: readonly Check[] = [
  nodeVersion,
  manifest,
  env,
  secretFiles,
  freeDisk,
  postgresMajor,
  reachable,
  migrations,
  databaseClock,
  redis,
  processes,
  subscriptions,
  outbox,
  deadLetters,
  deliveries,
  executions,
  circuits,
  n8n,
  partitions,
  usage,
  costs,
];
