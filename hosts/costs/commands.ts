import type { Command } from "./command.ts";

/** Each command of `npm run costs`: what it is for, and its file, which is read when it is called. */
export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>> = {
  price: { summary: "what quantities of usage cost, by card and date", load: () => import("./price.ts") },
  books: { summary: "lists and checks the price books", load: () => import("./books.ts") },
  compare: { summary: "one workload on two stacks, and where they break even", load: () => import("./compare.ts") },
  explain: { summary: "why costs changed: volume, mix and price", load: () => import("./explain.ts") },
  budgets: { summary: "lists, sets and deletes the platform's budgets", load: () => import("./budgets.ts") },
  recompute: { summary: "prices an open month anew", load: () => import("./recompute.ts") },
  close: { summary: "closes a month: who, when, and the hash of its rows", load: () => import("./close.ts") },
  correct: { summary: "corrects a closed month by new rows", load: () => import("./correct.ts") },
  accounts: { summary: "lists and changes contracts, takes readings", load: () => import("./accounts.ts") },
  report: { summary: "what it cost, along a dimension", load: () => import("./report.ts") },
  invocation: { summary: "what one invocation cost, line by line", load: () => import("./invocation.ts") },
  run: { summary: "what one run of a workflow cost", load: () => import("./run.ts") },
  import: { summary: "reads invoices and billable usage of providers", load: () => import("./import.ts") },
  reconcile: { summary: "a month beside its invoices, line by line", load: () => import("./reconcile.ts") },
  focus: { summary: "checks FOCUS files, and writes a month as FOCUS", load: () => import("./focus.ts") },
  completeness: { summary: "invocations served beside invocations recorded", load: () => import("./completeness.ts") },
};
