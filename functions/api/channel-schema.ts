import { z } from "@hono/zod-openapi";
import { CHANNEL_KINDS } from "#shared/goals/tables.ts";
import { Instant } from "#shared/http/schemas.ts";

export const ChannelParam = z.object({ kind: z.enum(CHANNEL_KINDS) });

export const ChannelInput = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    isActive: z.boolean().default(true),
    signingSecret: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "is not whsec_ and the base64 of 24 to 64 bytes")
      .nullable()
      .optional()
      .describe("Signs requests as Standard Webhooks do; null: unsigned; absent: as it was. Never shown again."),
  })
  .openapi("NotificationChannelInput");

export const Channel = z
  .object({
    kind: z.enum(CHANNEL_KINDS),
    url: z.string(),
    isActive: z.boolean(),
    isSigned: z.boolean(),
    updatedAt: Instant,
  })
  .openapi("NotificationChannel");
