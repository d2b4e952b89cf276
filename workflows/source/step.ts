import type { CredentialReference } from "./n8n-workflow.ts";

export const SECTIONS = ["verify", "claim", "work", "report"] as const;
export type Section = (typeof SECTIONS)[number];

/** A node before it has an id and a place. */
export interface Step {
  name: string;
  type: string;
  typeVersion: number;
  parameters: object;
  /** The names of the steps that follow, per output of the node. */
  next: readonly (readonly string[])[];
  section: Section;
  /** 0 is the main line; alternatives stand below. */
  row?: number;
  credentials?: Record<string, CredentialReference>;
  retry?: { tries: number; waitMs: number };
  /** The last of `next` is where the item goes when the node failed for good. */
  hasErrorOutput?: boolean;
  /** n8n gives such a node a webhook id, and would make one up: also to Send Email, which can wait for an answer. */
  isWebhook?: boolean;
}

/** n8n allows at most 5 tries, 5 s apart. */
export const RETRY = { tries: 4, waitMs: 1_000 };
export const HTTP_TIMEOUT_MS = 10_000;
