/** What a file of a provider is. */
export const IMPORT_KINDS = ["focus", "cloudflare-billable-usage", "neon", "upstash"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
