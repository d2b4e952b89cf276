import type { Context } from "hono";
import type { Finding } from "#shared/limits/abuse-detector.ts";
import { type AbuseKind, ruleOfStatus } from "#shared/limits/abuse-rules.ts";
import { reportAbuse } from "#shared/limits/report-abuse.ts";
import type { Subject } from "#shared/limits/subject.ts";
import type { SubjectMeter } from "#shared/limits/subject-meter.ts";
import type { RainwireContext } from "#shared/runtime/open-context.ts";
import { addressMeterOf } from "./address-meter.ts";
import type { EdgeEnv } from "./edge.ts";

/** Counts an answer that refuses, for its caller or, before it is known, for its address. */
export function noteAbuse(c: Context<EdgeEnv>): void {
  const kind = ruleOfStatus(c.res.status);
  if (kind === undefined) return;
  const ctx = c.get("ctx");
  const principal = c.get("principal") as EdgeEnv["Variables"]["principal"] | undefined; // safe: not set before authentication
  switch (principal?.kind) {
    case "key":
      note(ctx, kind, { kind: "key", id: principal.keyId }, principal.tenantId);
      break;
    case "user":
      note(ctx, kind, { kind: "user", id: principal.userId }, principal.tenantId);
      break;
    case undefined:
      noteRefusal(ctx, kind, addressMeterOf(ctx, c.req.raw, ctx.clock()));
  }
}

/** Counts a refusal for an address; an operator's own machine is nobody to suspect: the callers stand behind it. */
export function noteRefusal(ctx: RainwireContext, kind: AbuseKind, address: SubjectMeter | undefined): void {
  if (address && address.policyName !== "neighbour") note(ctx, kind, address, null);
}

function note(ctx: RainwireContext, kind: AbuseKind, { kind: of, id }: Subject, tenantId: string | null): void {
  const finding = ctx.limits.abuse.note(kind, { kind: of, id }, ctx.clock());
  if (finding) ctx.waitUntil(finding.then((found) => (found ? tellAbuse(ctx, found, tenantId) : undefined)));
}

/** Reports a finding; a failure is logged, since no request waits for it. */
export async function tellAbuse(ctx: RainwireContext, finding: Finding, tenantId: string | null): Promise<void> {
  try {
    if (await reportAbuse(ctx, finding, tenantId)) {
      const { kind, subject, count } = finding;
      ctx.log.warn("abuse detected", { kind, subjectKind: subject.kind, subjectId: subject.id, count });
    }
  } catch (error) {
    ctx.log.error("abuse could not be reported", { kind: finding.kind, error: String(error) });
  }
}
