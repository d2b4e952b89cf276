import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

/** What a workflow run may do: act for one tenant, in one execution, as one attempt, with these scopes. */
export interface RunGrant {
  tenantId: string;
  executionId: string;
  attempt: number;
  instanceId: string;
  workflowId: string;
  /** The hop of what the run writes: one more than of the event that drives it. */
  hop: number;
  scopes: readonly string[];
}

const ISSUER = "rainwire:runs";
const Claims = z.object({
  tid: z.string(),
  sub: z.uuid(),
  att: z.int(),
  iid: z.string(),
  wid: z.string(),
  hop: z.int(),
  scope: z.string(),
});

const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(`rainwire:run-token:${secret}`);

/** A short-lived token (JWT, HS256: we alone make and check it) bound to one attempt of one execution. */
export async function mintRunToken(
  secret: string,
  grant: RunGrant,
  nowMs: number,
  lifetimeMs: number,
): Promise<string> {
  return await new SignJWT({
    tid: grant.tenantId,
    att: grant.attempt,
    iid: grant.instanceId,
    wid: grant.workflowId,
    hop: grant.hop,
    scope: grant.scopes.join(" "),
  })
    .setProtectedHeader({ alg: "HS256", typ: "run+jwt" })
    .setIssuer(ISSUER)
    .setSubject(grant.executionId)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.ceil((nowMs + lifetimeMs) / 1000))
    .sign(keyOf(secret));
}

/** The grant of a token that is ours and not expired; undefined for anything else. */
export async function readRunToken(secret: string, token: string, nowMs: number): Promise<RunGrant | undefined> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      issuer: ISSUER,
      algorithms: ["HS256"],
      typ: "run+jwt",
      currentDate: new Date(nowMs),
    });
    const claims = Claims.parse(payload);
    return {
      tenantId: claims.tid,
      executionId: claims.sub,
      attempt: claims.att,
      instanceId: claims.iid,
      workflowId: claims.wid,
      hop: claims.hop,
      scopes: claims.scope.split(" "),
    };
  } catch {
    return undefined;
  }
}
