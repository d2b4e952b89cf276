import { z } from "@hono/zod-openapi";
import { jsonAnswer } from "#shared/http/schemas.ts";

const Accepted = z.object({ id: z.uuid() }).openapi("InteractionAccepted");

/** The 202 of an interaction that is taken and not written yet. */
export const acceptedAnswer = {
  ...jsonAnswer(Accepted, "Taken, and to be written; it will be at `Location`, mostly within a tenth of a second."),
  headers: z.object({ location: z.string() }),
};

/** Where an interaction is, once it is written. */
export const locationOf = (id: string): string => `/v1/interactions/${id}`;
