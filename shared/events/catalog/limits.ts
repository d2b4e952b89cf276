import { z } from "zod";
import { ABUSE_KINDS } from "../../limits/abuse-rules.ts";
import { SUBJECT_KINDS } from "../../limits/subject-kinds.ts";
import { event } from "./event.ts";

const AbuseDetected = z.object({
  incidentId: z.uuid(),
  kind: z.enum(ABUSE_KINDS),
  subjectKind: z.enum(SUBJECT_KINDS),
  subjectId: z.string(),
  count: z.int(),
  windowSeconds: z.int(),
  blocksToday: z.int(),
});

export const LIMIT_EVENTS = {
  "limits.abuse_detected": event(
    "One caller was refused again and again, or somebody tries many passwords.",
    AbuseDetected,
    {
      incidentId: "01900000-0000-7000-8000-000000000007",
      kind: "credential_stuffing",
      subjectKind: "address",
      subjectId: "203.0.113.7",
      count: 15,
      windowSeconds: 600,
      blocksToday: 0,
    },
  ),
} as const;
