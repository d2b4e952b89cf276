/** A path may carry a secret, such as better-auth's `/reset-password/<token>`; ids of ours have hyphens. */
export const loggable = (path: string): string => path.replace(/(?<=\/)[A-Za-z0-9_]{20,}(?=\/|$)/g, "(hidden)");
