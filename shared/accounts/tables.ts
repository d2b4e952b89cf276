import { sql } from "drizzle-orm";
import { boolean, index, integer, pgTable, text, unique } from "drizzle-orm/pg-core";
import { instant } from "#shared/database/columns.ts";

/**
 * better-auth's tables: its core, organization (tenants), api-key and jwt. The names in TypeScript are better-auth's,
 * the names in SQL ours. Ids are UUIDs of version 7 as text (`advanced.database.generateId`).
 */
const id = () => text("id").primaryKey();
const createdAt = () => instant("created_at").notNull().default(sql`now()`);
const updatedAt = () => instant("updated_at").notNull().default(sql`now()`);

export const user = pgTable("user", {
  id: id(),
  name: text("name").notNull(),
  email: text("email").notNull().unique("user_email_unique"),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  isOperator: boolean("is_operator").notNull().default(false), // may work on the platform itself; set by SQL only
  isFinance: boolean("is_finance").notNull().default(false), // reads all tenants' costs and closes periods; set by SQL only
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** A tenant. Its id is the `tenant_id` of every row that it owns. */
export const organization = pgTable("organization", {
  id: id(),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique("organization_slug_unique"),
  logo: text("logo"),
  metadata: text("metadata"),
  createdAt: createdAt(),
});

export const session = pgTable(
  "session",
  {
    id: id(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    token: text("token").notNull().unique("session_token_unique"), // in the clear: better-auth compares it so
    activeOrganizationId: text("active_organization_id").references(() => organization.id, { onDelete: "set null" }),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index("session_user_index").on(t.userId), index("session_expires_index").on(t.expiresAt)],
);

/** A way to sign in: here e-mail and password (`provider_id` = credential). */
export const account = pgTable(
  "account",
  {
    id: id(),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    providerId: text("provider_id").notNull(),
    accountId: text("account_id").notNull(),
    password: text("password"), // scrypt, salt:hash
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [unique("account_provider_unique").on(t.providerId, t.accountId), index("account_user_index").on(t.userId)],
);

export const verification = pgTable(
  "verification",
  {
    id: id(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [index("verification_identifier_index").on(t.identifier)],
);

export const member = pgTable(
  "member",
  {
    id: id(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    userId: text("user_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    role: text("role").notNull().default("member"), // several are joined by commas
    createdAt: createdAt(),
  },
  (t) => [
    unique("member_organization_user_unique").on(t.organizationId, t.userId),
    index("member_user_index").on(t.userId),
  ],
);

export const invitation = pgTable(
  "invitation",
  {
    id: id(),
    organizationId: text("organization_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }),
    email: text("email").notNull(),
    role: text("role"),
    status: text("status").notNull().default("pending"),
    inviterId: text("inviter_id")
      .notNull()
      .references(() => user.id, { onDelete: "cascade" }),
    expiresAt: instant("expires_at").notNull(),
    createdAt: createdAt(),
  },
  (t) => [index("invitation_email_index").on(t.email), index("invitation_organization_index").on(t.organizationId)],
);

export const apikey = pgTable(
  "apikey",
  {
    id: id(),
    configId: text("config_id").notNull().default("default"),
    name: text("name"),
    start: text("start"), // the first characters, to tell keys apart
    prefix: text("prefix"),
    referenceId: text("reference_id")
      .notNull()
      .references(() => organization.id, { onDelete: "cascade" }), // the tenant that owns the key
    key: text("key").notNull().unique("apikey_key_unique"), // SHA-256 of the key, base64url
    permissions: text("permissions"), // {"scopes": [...]}
    metadata: text("metadata"), // {"createdBy": user id}
    enabled: boolean("enabled").notNull().default(true),
    expiresAt: instant("expires_at"),
    lastRequest: instant("last_request"),
    rateLimitEnabled: boolean("rate_limit_enabled").notNull().default(false),
    rateLimitTimeWindow: integer("rate_limit_time_window"), // ms
    rateLimitMax: integer("rate_limit_max"),
    requestCount: integer("request_count").notNull().default(0),
    remaining: integer("remaining"),
    refillInterval: integer("refill_interval"), // ms
    refillAmount: integer("refill_amount"),
    lastRefillAt: instant("last_refill_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [
    index("apikey_reference_index").on(t.referenceId),
    index("apikey_expires_index").on(t.expiresAt).where(sql`expires_at is not null`),
  ],
);

/** Empty: the jwt plugin wants the table, and signs with our keys (shared/tokens). */
export const jwks = pgTable("jwks", {
  id: id(),
  publicKey: text("public_key").notNull(),
  privateKey: text("private_key").notNull(),
  alg: text("alg"),
  crv: text("crv"),
  createdAt: createdAt(),
  expiresAt: instant("expires_at"),
});
