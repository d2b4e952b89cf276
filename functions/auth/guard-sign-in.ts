import { z } from "zod";
import { addressMeterOf } from "#shared/http/address-meter.ts";
import { limitByAddress } from "#shared/http/limit-request.ts";
import { tellAbuse } from "#shared/http/note-abuse.ts";
import { ProblemError, problemOf } from "#shared/http/problem.ts";
import { sha256Hex } from "#shared/kernel/hash.ts";
import type { Subject } from "#shared/limits/subject.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";

const SIGN_IN = /\/api\/auth\/sign-in\/email$/;
const MOST_BODY_BYTES = 10_000;
const SignIn = z.object({ email: z.string().max(320) });

/** The subject of what somebody signs in as; the e-mail address itself is kept nowhere. */
export const accountSubject = (email: string): Subject => ({
  kind: "account",
  id: sha256Hex(email.trim().toLowerCase()).slice(0, 32),
});

/**
 * Answers a request of the sign-in service behind the limit of its address; better-auth keeps a narrower one for
 * sign-ins. A blocked account is refused, and failed sign-ins are watched.
 */
export async function guardSignIn(
  ctx: RainwireContext,
  request: Request,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  try {
    await limitByAddress(ctx, request);
    const account = await accountOf(request);
    if (account) refuseBlocked(ctx, account);
    const response = await answer(request);
    if (account && response.status === 401) await watch(ctx, request, account);
    return response;
  } catch (error) {
    if (error instanceof ProblemError) return problemOf(error, ctx.invocation.id);
    throw error;
  }
}

/** Whose sign-in it is, read from a copy of the body. */
async function accountOf(request: Request): Promise<Subject | undefined> {
  if (request.method !== "POST" || !SIGN_IN.test(new URL(request.url).pathname)) return undefined;
  if (!(Number(request.headers.get("content-length") ?? Number.NaN) <= MOST_BODY_BYTES)) return undefined;
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  const parsed = SignIn.safeParse(body);
  return parsed.success ? accountSubject(parsed.data.email) : undefined;
}

function refuseBlocked({ limits, clock }: RainwireContext, { kind, id }: Subject): void {
  const nowMs = clock();
  const meter = limits.limiter.subjectMeter(kind, id, nowMs);
  if (!meter || meter.blockedUntilMs <= nowMs) return;
  const seconds = Math.min(86_400, Math.ceil((meter.blockedUntilMs - nowMs) / 1_000));
  throw new ProblemError({ failure: "blocked", violatedPolicies: [kind] }, { "retry-after": String(seconds) });
}

async function watch(ctx: RainwireContext, request: Request, account: Subject): Promise<void> {
  const nowMs = ctx.clock();
  const address = addressMeterOf(ctx, request, nowMs);
  if (!address || address.policyName === "neighbour") return;
  const findings = await ctx.limits.abuse.noteSignIn(account, { kind: address.kind, id: address.id }, nowMs);
  for (const finding of findings) ctx.waitUntil(tellAbuse(ctx, finding, null));
}
