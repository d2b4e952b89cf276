import { z } from "@hono/zod-openapi";
import { Instant, toJson } from "#shared/http/schemas.ts";
import type { IssuedTokens } from "#shared/tokens/issue-tokens.ts";

export const Tokens = z
  .object({
    tokenType: z.literal("Bearer"),
    accessToken: z.string().describe("A JWT of type `at+jwt`: send it as `Authorization: Bearer`"),
    expiresInSeconds: z.int(),
    scopes: z.array(z.string()),
    refreshToken: z.string().optional().describe("Good for one use"),
    refreshExpiresAt: Instant.optional().describe("The end of the whole chain of refresh tokens"),
  })
  .openapi("Tokens");

export const RefreshToken = z
  .strictObject({ refreshToken: z.string().min(1).max(200).openapi({ example: "rwr_0190….1.…" }) })
  .openapi("RefreshTokenInput");

export const toTokens = (issued: IssuedTokens): z.infer<typeof Tokens> => ({
  tokenType: "Bearer",
  ...toJson({ ...issued, scopes: [...issued.scopes] as string[] }),
});

/** Tokens are nobody else's (RFC 6749 §5.1). */
export const NO_STORE = { "cache-control": "no-store" } as const;
