import { setTimeout as delay } from "node:timers/promises";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { postgresDatabase } from "#shared/adapters/postgres/database.ts";
import { createPool } from "#shared/adapters/postgres/pool.ts";
import { postgresSignals } from "#shared/adapters/postgres/signals.ts";
import { json, sql } from "#shared/database/sql.ts";
import { emit, type NewEvent } from "#shared/events/emit.ts";
import { toEnvelope } from "#shared/events/envelope.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { answerCalls, nowMs } from "../processes/child.ts";
import { BULLMQ_JOB, BULLMQ_QUEUE, type BullmqJob } from "./bullmq-job.ts";
import type { Way } from "./contender.ts";
import { insertOutboxRow, openRelay } from "./outbox-relay.ts";

const CONNECTIONS = 16;
const SOURCE = "http://127.0.0.1:8787";
const TICK_MS = 1;

export interface Opening {
  databaseUrl: string;
  way: Way;
}

/** A load: as fast as `concurrency` callers go, or `perSecond` spread evenly whatever happened to those before. */
export type Load = { count: number; tenants: string[] } & ({ concurrency: number } | { perSecond: number });

/** When the transaction of each event was begun. */
export type Started = [eventId: string, atMs: number][];

type Bench = NewEvent<"execution.succeeded"> & { id: string };

let send: (event: Bench) => Promise<void> = () => Promise.reject(new Error("The producer is not open."));
let version = 0;

function nextEvent(tenants: readonly string[]): Bench {
  version += 1;
  const id = uuidv7();
  return {
    id,
    name: "execution.succeeded",
    tenantId: tenants[version % tenants.length] ?? "",
    subject: `executions/${id}`,
    subjectVersion: 1,
    data: {
      executionId: id,
      workflowId: "planning-agent",
      trigger: "goal.created",
      status: "succeeded",
      attempt: 1,
      errorCode: null,
    },
    cause: { actor: "bench", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
  };
}

/** The row of Rainwire's history and nothing beside it. */
const insertRow = ({ id, tenantId, name, subject, subjectVersion, data, cause }: Bench) => sql`
  insert into events (id, tenant_id, name, subject, subject_version, data, actor, traceparent)
  values (${id}, ${tenantId}, ${name}, ${subject}, ${subjectVersion}, ${json(data)}, ${cause.actor}, ${cause.traceparent})`;

function bodyOf(event: Bench): string {
  const { id, tenantId, name, subject, subjectVersion, data, cause } = event;
  const stored = { id, tenantId, name, subject, subjectVersion, data, actor: cause.actor, executionId: null };
  const { traceparent = null } = cause;
  return JSON.stringify(
    toEnvelope({ ...stored, traceparent, causationId: null, hop: 0, occurredAt: new Date() }, SOURCE),
  );
}

const api = {
  async open({ databaseUrl, way }: Opening): Promise<void> {
    const pool = createPool({ connectionString: databaseUrl, applicationName: "bench-producer", max: CONNECTIONS });
    const db = postgresDatabase(pool);
    if (!("redisUrl" in way)) {
      const signals = await postgresSignals({ connectionString: databaseUrl, applicationName: "bench-signals" });
      const write =
        way.name === "emit" ? (event: Bench) => db.query(emit(event)) : (event: Bench) => db.batch([emit(event)]);
      send = async (event) => {
        await write(event);
        signals.publish("outbox");
      };
      return;
    }
    // What ioredis has to send many commands at once; BullMQ is faster with it than without.
    const connection = new Redis(way.redisUrl, { enableAutoPipelining: true, maxRetriesPerRequest: null });
    const queue = new Queue<BullmqJob>(BULLMQ_QUEUE, {
      connection,
      defaultJobOptions: { attempts: 20, backoff: { type: "exponential", delay: 1000 }, removeOnComplete: true },
    });
    if (way.name === "relayed") {
      const relay = await openRelay(pool, queue);
      send = async (event) => {
        await db.batch([insertRow(event), insertOutboxRow(event.id, bodyOf(event))]);
        relay.wake();
      };
      return;
    }
    send = async (event) => {
      await db.query(insertRow(event));
      await queue.add(BULLMQ_JOB, { id: event.id, body: bodyOf(event) }, { jobId: event.id });
    };
  },

  async produce(load: Load): Promise<Started> {
    const started: Started = [];
    const one = async () => {
      const event = nextEvent(load.tenants);
      started.push([event.id, nowMs()]);
      await send(event);
    };
    if ("concurrency" in load) {
      let left = load.count;
      const work = async () => {
        while (left-- > 0) await one();
      };
      await Promise.all(Array.from({ length: load.concurrency }, work));
      return started;
    }
    const startMs = nowMs();
    const underWay: Promise<void>[] = [];
    while (underWay.length < load.count) {
      const dueCount = Math.min(load.count, Math.floor(((nowMs() - startMs) * load.perSecond) / 1000) + 1);
      while (underWay.length < dueCount) underWay.push(one());
      await delay(TICK_MS);
    }
    await Promise.all(underWay);
    return started;
  },
};

export type ProducerApi = typeof api;

answerCalls(api);
