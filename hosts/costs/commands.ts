import type { Command } from "./command.ts";

/** Each command of `npm run costs`: what it is for, and its file, which is read when it is called. */
export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<{ command: Command }> }>> = {
  price: { summary: "what quantities of usage cost, by card and date", load: () => import("./price.ts") },
  books: { summary: "lists and checks the price books", load: () => import("./books.ts") },
  compare: { summary: "one workload on two stacks, and where they break even", load: () => import("./compare.ts") },
  explain: { summary: "why costs changed: volume, mix and price", load: () => import("./explain.ts") },
  budgets: { summary: "lists, sets and deletes the platform's budgets", load: () => import("./budgets.ts") },
};
