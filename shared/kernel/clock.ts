/** Milliseconds since the epoch. Passed in wherever time decides, so that a test owns it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();
