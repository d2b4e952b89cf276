import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

export const KEY_PHASES = ["published", "signing", "retired"] as const;
export type KeyPhase = (typeof KEY_PHASES)[number];

/** The keys of access tokens. One signs; its successor is published before it does; the retired leave after their last token. */
export const signingKeys = pgTable(
  "signing_keys",
  {
    id: uuid("id").primaryKey(), // the `kid`
    alg: text("alg").notNull(), // EdDSA, or ES256
    publicJwk: jsonb("public_jwk").notNull(),
    privateKey: text("private_key"), // sealed JWK; null once retired
    phase: text("phase", { enum: KEY_PHASES }).notNull(),
    publishedAt: instant("published_at").notNull(),
    promotableAt: instant("promotable_at").notNull(), // from then on every verifier has it
    promotesAt: instant("promotes_at").notNull(), // signs from then on, whoever approves or not
    promotedAt: instant("promoted_at"),
    retiresAt: instant("retires_at"), // its successor signs from then on
    retiredAt: instant("retired_at"),
    leavesAt: instant("leaves_at"), // from then on no token of it holds
    announcedPhase: text("announced_phase", { enum: KEY_PHASES }), // the phase whose next step was announced
  },
  (t) => [
    uniqueIndex("signing_keys_signing_unique").on(t.phase).where(sql`phase = 'signing'`),
    uniqueIndex("signing_keys_published_unique").on(t.phase).where(sql`phase = 'published'`),
    check("signing_keys_phase_check", sql`phase in ('published', 'signing', 'retired')`),
  ],
);

/**
 * A chain of refresh tokens, each good for one use. The tokens are derived from the family's nonce, the generation and
 * the deployment's secret; kept is the hash of the current one.
 */
export const refreshFamilies = pgTable(
  "refresh_families",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    userId: text("user_id").notNull(),
    sessionId: text("session_id").notNull(), // the session that it began with; ends with it
    scopes: jsonb("scopes").notNull(), // at most what its tokens may do
    nonce: text("nonce").notNull(), // 16 random bytes, hex
    generation: integer("generation").notNull(), // of the current token; the first is 1
    tokenHash: text("token_hash").notNull(), // SHA-256 (hex) of the current token
    rotatedAt: instant("rotated_at").notNull(),
    createdAt: instant("created_at").notNull().default(sql`now()`),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
    revokedReason: text("revoked_reason", { enum: ["reuse", "signed_out", "session_ended", "operator"] }),
  },
  (t) => [
    index("refresh_families_user_index").on(t.userId).where(sql`revoked_at is null`),
    index("refresh_families_session_index").on(t.sessionId).where(sql`revoked_at is null`),
    index("refresh_families_expires_index").on(t.expiresAt),
  ],
);

/** The transaction that wrote the row: readers ask for what their last snapshot could not see. */
const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

/**
 * What ended or changed lately and may still be believed: by tokens that hold, and by what processes remember. Written
 * by row triggers only, whoever made the change. A row outlives every token issued before it.
 */
export const credentialChanges = pgTable(
  "credential_changes",
  {
    id: uuid("id").primaryKey().default(sql`uuidv7()`),
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    subject: text("subject").notNull(), // session:…, family:…, key:…, user:…, member:<tenant>/<user>
    isEnd: boolean("is_end").notNull(), // it ended for good; else it changed
    changedAt: instant("changed_at").notNull().default(sql`clock_timestamp()`),
    expiresAt: instant("expires_at").notNull(),
  },
  (t) => [index("credential_changes_xid_index").on(t.xid), index("credential_changes_expires_index").on(t.expiresAt)],
);
