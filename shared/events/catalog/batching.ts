import { z } from "zod";
import { event, instant } from "./event.ts";

const BatchingDigest = z.object({
  since: instant,
  until: instant,
  budgetMs: z.number(),
  mostKeys: z.int(),
  kinds: z.array(
    z.object({
      kind: z.string(),
      loads: z.int(),
      equal: z.int(),
      statements: z.int(),
      savedShare: z.number(),
      waitP50Ms: z.number().nullable(),
      waitP99Ms: z.number().nullable(),
    }),
  ),
});

export const BATCHING_EVENTS = {
  "batching.digest_ready": event(
    "What coalescing of reads saved in the last whole hour, and what it cost.",
    BatchingDigest,
    {
      since: "2026-11-20T09:00:00.000Z",
      until: "2026-11-20T10:00:00.000Z",
      budgetMs: 5,
      mostKeys: 200,
      kinds: [
        { kind: "goals", loads: 5000, equal: 1200, statements: 700, savedShare: 0.86, waitP50Ms: 1, waitP99Ms: 4.5 },
      ],
    },
  ),
} as const;
