import { z } from "@hono/zod-openapi";
import { KEY_PHASES } from "#shared/tokens/tables.ts";
import { Instant } from "./schemas.ts";

/** A signing key as operators and the platform's runs see it; never its private half. */
export const SigningKey = z
  .object({
    id: z.uuid().describe("The `kid` of its tokens"),
    alg: z.string(),
    phase: z.enum(KEY_PHASES),
    publishedAt: Instant,
    promotableAt: Instant.describe("From then on every verifier has it"),
    promotesAt: Instant.describe("Signs from then on, whoever approves or not"),
    promotedAt: Instant.nullable(),
    retiresAt: Instant.nullable().describe("Its successor signs from then on"),
    retiredAt: Instant.nullable(),
    leavesAt: Instant.nullable().describe("From then on no token of it holds"),
  })
  .openapi("SigningKey");

export const SigningKeys = z.object({ now: Instant, items: z.array(SigningKey) }).openapi("SigningKeys");
