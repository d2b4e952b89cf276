import { z } from "zod";
import { event, instant } from "./event.ts";

const RotationDue = z.object({
  keyId: z.uuid(), // the key whose next step it is; of a publication, the one that signs
  step: z.enum(["publish", "promote", "retire"]),
  reason: z.enum(["deadline", "requested"]),
  deadlineAt: instant.nullable(), // when it happens by itself; null: not without an approval
  requestedBy: z.string().nullable(),
  note: z.string().nullable(),
});

const Rotated = z.object({
  keyId: z.uuid(),
  step: z.enum(["publish", "promote", "retire"]),
  previousKeyId: z.uuid().nullable(),
});

const ReuseDetected = z.object({
  familyId: z.uuid(),
  userId: z.string(),
  sessionId: z.string(),
  generation: z.int(), // of the token that was used again
  currentGeneration: z.int(),
});

const rotation = {
  keyId: "01900000-0000-7000-8000-000000000007",
  step: "publish",
  reason: "deadline",
  deadlineAt: "2026-11-20T10:00:00.000Z",
  requestedBy: null,
  note: null,
} as const;

export const TOKEN_EVENTS = {
  "tokens.rotation_due": event(
    "A signing key's next step may be taken: a workflow may take it now, the deadline takes it anyway.",
    RotationDue,
    rotation,
  ),
  "tokens.rotated": event("A signing key was published, began to sign, or left.", Rotated, {
    keyId: rotation.keyId,
    step: "promote",
    previousKeyId: "01900000-0000-7000-8000-000000000008",
  }),
  "tokens.reuse_detected": event("A refresh token was used a second time: its whole chain was ended.", ReuseDetected, {
    familyId: "01900000-0000-7000-8000-000000000009",
    userId: "user_1",
    sessionId: "01900000-0000-7000-8000-00000000000a",
    generation: 3,
    currentGeneration: 5,
  }),
} as const;
