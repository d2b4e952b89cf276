import { createRedisMock } from "js-redis-server";

/** A Redis for machines that have none installed, in a process of its own so that it can be killed. */
await createRedisMock({ port: Number(process.argv[2]) });
