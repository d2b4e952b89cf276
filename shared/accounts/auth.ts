import { apiKey } from "@better-auth/api-key";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { isAPIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { bearer, jwt, openAPI, organization } from "better-auth/plugins";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { JWTPayload } from "jose";
import type { Database } from "#shared/database/database.ts";
import { systemClock } from "#shared/kernel/clock.ts";
import { type Counters, memoryCounters } from "#shared/kernel/counters.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import { toAccountsError } from "./accounts-error.ts";
import { membershipOf } from "./membership.ts";
import { startingTenant } from "./personal-tenant.ts";
import { scopesOf } from "./scopes.ts";
import type { SessionCache } from "./session-cache.ts";
import * as tables from "./tables.ts";
import { accessControl, tenantRoles } from "./tenant-roles.ts";

/** What every key of ours begins with; session tokens and JWTs never do. */
export const API_KEY_PREFIX = "rw_";
export const API_KEY_MAX_DAYS = 365;
/** How long the cookie beside a session's own may stand for the session's row. */
const COOKIE_CACHE_S = 300;

export interface AuthOptions {
  /** A drizzle database of the host's driver: better-auth's own statements run on it. */
  readonly drizzle: PgDatabase<PgQueryResultHKT>;
  /** The same database through the port. */
  readonly database: Database;
  /** The driver has interactive transactions (node-postgres has, Neon over HTTP has not): then a sign-up is atomic. */
  readonly hasTransactions: boolean;
  /** Signs cookies; at least 32 characters. */
  readonly secret: string;
  /** Where browsers and JWT verifiers find us; also the issuer and audience of JWTs. */
  readonly publicUrl: string;
  /** Other origins whose pages may call with a session cookie. */
  readonly trustedOrigins: readonly string[];
  /** The header in which the host, and nobody else, states the client's address; without it all share one sign-in limit. */
  readonly addressHeader?: string;
  /** Sign-in and sign-up attempts for one address; false: none are refused. */
  readonly signInLimit?: { readonly windowSeconds: number; readonly max: number } | false;
  /** Where those attempts are counted. Default: in this process. */
  readonly counters?: Counters | undefined;
  /** Signs the JWTs of sessions, with the keys that sign access tokens. */
  readonly signJwt: (claims: JWTPayload) => Promise<string>;
  /** Told of every session that changes or ends. */
  readonly sessionCache?: SessionCache | undefined;
  /** How passwords are hashed where scrypt would block the host. Without it better-auth's scrypt, on Node in libuv's pool. */
  readonly password?: {
    hash(password: string): Promise<string>;
    verify(input: { hash: string; password: string }): Promise<boolean>;
  };
  readonly log?: (level: "debug" | "info" | "warn" | "error", message: string) => void;
}

/** What better-auth logs as an error and we take for an answer. */
const EXPECTED_MESSAGE = /^Failed to validate API key/;

/**
 * better-auth, set up for Rainwire: e-mail and password, sessions by cookie or bearer token, tenants, API keys and JWTs.
 * Its `handler` rejects with an AccountsError where better-auth itself fails.
 * @throws when the secret is too short to sign with
 */
export function createAuth(options: AuthOptions) {
  const { drizzle, database, publicUrl, log, sessionCache } = options;
  if (options.secret.length < 32) {
    throw new Error("The auth secret is shorter than 32 characters: make one with `openssl rand -base64 32`.");
  }
  const issuer = new URL(publicUrl).origin;
  const limit = options.signInLimit ?? { windowSeconds: 60, max: 30 };
  const signInRule = limit && { window: limit.windowSeconds, max: limit.max };
  const counters = options.counters ?? memoryCounters(systemClock);

  const forgetSession = async (session: { token: string } | null) => {
    if (session) await sessionCache?.forget(session.token);
  };

  return betterAuth({
    appName: "Rainwire",
    baseURL: issuer,
    basePath: "/api/auth",
    secret: options.secret,
    trustedOrigins: [...options.trustedOrigins],
    telemetry: { enabled: false },
    database: drizzleAdapter(drizzle, { provider: "pg", schema: tables, transaction: options.hasTransactions }),
    emailAndPassword: { enabled: true, ...(options.password && { password: options.password }) },
    user: {
      additionalFields: {
        isOperator: { type: "boolean", required: false, defaultValue: false, input: false },
        isFinance: { type: "boolean", required: false, defaultValue: false, input: false },
      },
    },
    session: { cookieCache: { enabled: true, maxAge: COOKIE_CACHE_S } },
    rateLimit: {
      enabled: signInRule !== false,
      customStorage: {
        async consume(key, { window, max }) {
          const { count, resetsInMs } = await counters.increment(`sign-in:${key}`, window * 1000);
          return count <= max
            ? { allowed: true, retryAfter: null }
            : { allowed: false, retryAfter: Math.ceil(resetsInMs / 1000) };
        },
      },
      // The first pattern that matches decides.
      customRules: { "/sign-in/*": signInRule, "/sign-up/*": signInRule, "/change-password": signInRule, "/**": false },
    },
    advanced: {
      database: { generateId: () => uuidv7() },
      useSecureCookies: issuer.startsWith("https:"),
      defaultCookieAttributes: { sameSite: "lax", httpOnly: true },
      cookiePrefix: "rainwire",
      ipAddress: { ipAddressHeaders: options.addressHeader ? [options.addressHeader] : [] },
    },
    logger: {
      disabled: log === undefined,
      level: "warn",
      log: (level, message) => {
        if (!EXPECTED_MESSAGE.test(message)) log?.(level, message);
      },
    },
    onAPIError: {
      // better-call would print the error with the statement's values, session tokens among them, and answer with
      // the inner text of some.
      onError(error) {
        if (!isAPIError(error) || error.statusCode >= 500) throw toAccountsError(error);
      },
    },
    databaseHooks: {
      session: {
        create: {
          async before(session, context) {
            if (!context) return undefined;
            const tenantId = await startingTenant(context.context.adapter, session.userId);
            return { data: { activeOrganizationId: tenantId ?? null } };
          },
        },
        update: { after: forgetSession },
        delete: { after: forgetSession },
      },
    },
    // Keys are made, listed and revoked by the verbs of api-keys.ts, which know scopes; over HTTP the plugin does not.
    disabledPaths: ["create", "get", "list", "update", "delete"].map((path) => `/api-key/${path}`),
    plugins: [
      bearer(),
      organization({
        ac: accessControl,
        roles: tenantRoles,
        organizationLimit: 20,
        disableOrganizationDeletion: true, // the tenant's rows in other tables would outlive it
        // The invitation's id is the proof: 74 random bits that only the inviter and the invited have seen.
        requireEmailVerificationOnInvitation: false,
      }),
      apiKey({
        references: "organization",
        defaultPrefix: API_KEY_PREFIX,
        defaultKeyLength: 48,
        startingCharactersConfig: { charactersLength: 7 },
        enableMetadata: true,
        requireName: true,
        maximumNameLength: 64,
        keyExpiration: { maxExpiresIn: API_KEY_MAX_DAYS },
        rateLimit: { enabled: false },
      }),
      jwt({
        disableSettingJwtHeader: true,
        // Its endpoint gives way to ours (functions/auth/routes.ts). The name of the algorithm goes into metadata only.
        jwks: { remoteUrl: `${issuer}/.well-known/jwks.json`, keyPairConfig: { alg: "EdDSA" } },
        jwt: {
          issuer,
          audience: issuer,
          sign: options.signJwt,
          async definePayload({ user, session }) {
            const tenantId: unknown = session.activeOrganizationId;
            const found =
              typeof tenantId === "string" ? await membershipOf(database, { tenantId, userId: user.id }) : undefined;
            if (!found) return { sid: session.id };
            const { role, isOperator } = found;
            return { sid: session.id, tenantId, role, isOperator, scope: scopesOf(role, found).join(" ") };
          },
        },
      }),
      openAPI({ disableDefaultReference: true }), // its page loads a script from a CDN; the JSON stays
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
