export const SPREADS = [
  "pro_rata", // by quantity
  "first_come", // the allowance goes to whoever used it first, by day
  "unallocated", // rows keep their list cost; allowance and fees stay on a line without tenant
] as const;
export type Spread = (typeof SPREADS)[number];
