import { z } from "@hono/zod-openapi";
import { ABUSE_KINDS } from "#shared/limits/abuse-rules.ts";
import type { Incident } from "#shared/limits/incidents.ts";
import { INCIDENT_STATUSES } from "#shared/limits/incidents.ts";
import { SUBJECT_KINDS } from "#shared/limits/subject-kinds.ts";
import { Instant, toJson } from "./schemas.ts";

/** Limits as operators and workflow runs see them. */

export const LONGEST_BLOCK_S = 31_536_000;

export const Reason = z.string().trim().min(1).max(500).describe("Why, for whoever asks later.");
export const Seconds = z.int().min(1).max(LONGEST_BLOCK_S).describe("How long it holds.");
export const Mode = z.enum(["enforce", "shadow"]).describe("`shadow` counts and shows, and refuses nothing.");

const limit = z.int().min(1).max(1_000_000_000).describe("Units in any window.");
const windowSeconds = z.int().min(1).max(86_400);

export const QuotaInput = z.strictObject({
  limit,
  windowSeconds: windowSeconds.default(60),
  burst: z.int().min(1).max(1_000_000_000).optional().describe("Units at once. Default: the whole limit."),
});

export const SubjectParam = z.object({
  kind: z.enum(SUBJECT_KINDS),
  id: z
    .string()
    .min(1)
    .max(200)
    .describe("An id; an address (of IPv6 its /64 counts); an operationId; or `*` for all of the kind."),
});

export const LimitOverride = z
  .object({
    subjectKind: z.enum(SUBJECT_KINDS),
    subjectId: z.string(),
    tenantId: z.string().nullable().describe("Whose it is; null: nobody's, such as an address."),
    isBlock: z.boolean(),
    limit: z.int().nullable(),
    windowSeconds: z.number().nullable(),
    burst: z.int().nullable(),
    mode: Mode.nullable(),
    reason: z.string(),
    setBy: z.string(),
    until: Instant.nullable().describe("null: until it is lifted."),
    createdAt: Instant,
  })
  .openapi("LimitOverride");

export const AbuseIncident = z
  .object({
    id: z.uuid(),
    tenantId: z.string().describe("`platform`: nobody's."),
    subjectKind: z.enum(SUBJECT_KINDS),
    subjectId: z.string(),
    kind: z.enum(ABUSE_KINDS),
    count: z.int(),
    windowSeconds: z.number(),
    status: z.enum(INCIDENT_STATUSES),
    decidedBy: z.string().nullable(),
    reason: z.string().nullable(),
    decidedAt: Instant.nullable(),
    createdAt: Instant,
  })
  .openapi("AbuseIncident");

export const incidentJson = ({ windowMs, windowStart: _, ...incident }: Incident) =>
  toJson({ ...incident, windowSeconds: windowMs / 1_000 });
