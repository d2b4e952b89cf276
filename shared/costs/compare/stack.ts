import { z } from "zod";
import { IsoDate } from "../price-card.ts";
import { Formula, Volume } from "./quantity.ts";

/** One card of a stack: how the workload's volumes become its meters. */
export const StackCard = z.strictObject({
  card: z.string(),
  about: z.string().optional(),
  switches: z.record(z.string(), z.string()).optional(),
  usage: z.record(z.string(), Formula),
  /** The cheapest of these plans that covers the usage is taken. */
  cheapestOf: z.array(z.string()).min(1).optional(),
  /** The days on which the card is part of the stack: what is billed in another way from a day on is another card. */
  from: IsoDate.optional(),
  to: IsoDate.optional(),
});
export type StackCard = z.infer<typeof StackCard>;

/** What a workload runs on, and what of that is priced. */
export const Stack = z.strictObject({
  id: z.string(),
  name: z.string(),
  about: z.string(),
  /** What this stack needs to know beside the workload. */
  volumes: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), Volume).default({}),
  cards: z.array(StackCard).min(1),
  exclusions: z.array(z.string()).min(1),
});
export type Stack = z.infer<typeof Stack>;
