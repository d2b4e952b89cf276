import { sql } from "drizzle-orm";
import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * What an Idempotency-Key stands for. Written in the batch of the effect, so there is no "in progress": a second
 * batch with the key hits the primary key and reads what the first one made.
 */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    operation: text("operation").notNull(), // operationId of the route
    key: text("key").notNull(),
    fingerprint: text("fingerprint").notNull(), // SHA-256 (hex) of the request's canonical body
    resourceId: uuid("resource_id").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
  },
  (t) => [primaryKey({ name: "idempotency_keys_pk", columns: [t.tenantId, t.operation, t.key] })],
);
