import { z } from "zod";

/**
 * What travels through Cloudflare Queues: the name of an outbox row, not its content. The row stays the truth, so a
 * ticket may come late, twice, out of order or never.
 */
export const Ticket = z.object({ outboxId: z.uuid() });
export type Ticket = z.infer<typeof Ticket>;

/** `leased_by` of a row whose ticket is out. Processes and invocations that handle rows have ids from 1 on. */
export const RELAY_ID = 0;
