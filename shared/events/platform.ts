/** The tenant of events that are the platform's own. */
export const PLATFORM = "platform";
