/** How a figure was come by. `unknown`: not measured, and shown as such, never as zero. */
export const EVIDENCE_CLASSES = ["metered", "estimated", "allocated", "flat", "unknown"] as const;
export type EvidenceClass = (typeof EVIDENCE_CLASSES)[number];
