export const BULLMQ_QUEUE = "webhooks";
export const BULLMQ_JOB = "deliver";

export interface BullmqJob {
  id: string;
  /** What is posted. */
  body: string;
}
