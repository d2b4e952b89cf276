/** The behaviour of the runtime that the Workers are built and tested for. */
export const COMPATIBILITY_DATE = "2026-07-01";

/**
 * `nodejs_compat`: better-auth hashes passwords with the runtime's native `node:crypto` scrypt (its JavaScript
 * fallback takes twice as long) and keeps its context in `node:async_hooks`. `global_fetch_strictly_public`: a webhook
 * to a host of our own zone goes through its front door like everybody's.
 */
export const COMPATIBILITY_FLAGS = ["nodejs_compat", "global_fetch_strictly_public"];
