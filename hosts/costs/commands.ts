import type { Command } from "./command.ts";

/** Each command of `npm run costs`: what it is for, and its file, which is read when it is called. */
export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>> = {
  price: { summary: "what quantities of usage cost, by card and date", load: () => import("./price.ts") },
  books: { summary: "lists and checks the price books", load: () => import("./books.ts") },
  import: { summary: "reads invoices and billable usage of providers", load: () => import("./import.ts") },
  reconcile: { summary: "a month beside its invoices, line by line", load: () => import("./reconcile.ts") },
  focus: { summary: "checks FOCUS files, and writes a month as FOCUS", load: () => import("./focus.ts") },
};
