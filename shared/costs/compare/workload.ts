import { z } from "zod";
import { IsoDate } from "../price-card.ts";
import { Volume } from "./quantity.ts";

const Volumes = z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/), Volume);

/** What is to be served in a month, whatever serves it. */
export const Workload = z.strictObject({
  id: z.string(),
  name: z.string(),
  about: z.string(),
  /** The day whose prices hold. */
  date: IsoDate,
  /** The volume that a break-even chart varies. */
  scale: z.string(),
  volumes: Volumes,
  assumptions: z.array(z.string()).min(1),
});
export type Workload = z.infer<typeof Workload>;
