import { errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Clock } from "#shared/kernel/clock.ts";
import { type Auth, JWT_ALGORITHM } from "./auth.ts";
import { type KeySet, keysOf } from "./key-set.ts";
import type { UserPrincipal } from "./principal.ts";
import { isScope } from "./scopes.ts";

export interface VerifyJwtContext {
  readonly auth: Auth;
  readonly keySet: KeySet;
  readonly clock: Clock;
}

export type JwtVerdict =
  | { readonly principal: UserPrincipal }
  | { readonly failure: "invalid" | "expired" | "no_tenant" };

const Claims = z.object({
  sub: z.string(),
  sid: z.string(),
  tenantId: z.string().optional(),
  role: z.string().default(""),
  isOperator: z.boolean().default(false),
  scope: z.string().default(""),
});

/**
 * Who a JWT of the jwt plugin stands for, without asking the database: it holds for its 15 minutes, also past the end
 * of its session.
 */
export async function verifyJwt(ctx: VerifyJwtContext, token: string): Promise<JwtVerdict> {
  const { baseURL } = ctx.auth.options;
  const checks = {
    issuer: baseURL,
    audience: baseURL,
    algorithms: [JWT_ALGORITHM],
    requiredClaims: ["exp"],
    currentDate: new Date(ctx.clock()),
  };
  const verify = async (isKidUnknown: boolean) =>
    (await jwtVerify(token, await keysOf(ctx, { isKidUnknown }), checks)).payload;
  try {
    const payload = await verify(false).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) return verify(true);
      throw error;
    });
    const claims = Claims.safeParse(payload);
    if (!claims.success) return { failure: "invalid" };
    const { sub: userId, sid: sessionId, tenantId, role, isOperator, scope } = claims.data;
    if (tenantId === undefined) return { failure: "no_tenant" };
    const scopes = scope.split(" ").filter(isScope);
    return { principal: { kind: "user", userId, tenantId, role, scopes, isOperator, sessionId } };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { failure: "expired" };
    if (error instanceof errors.JOSEError) return { failure: "invalid" };
    throw error;
  }
}
