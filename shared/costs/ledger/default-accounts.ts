import type { CostAccountInput } from "./accounts.ts";

/** What a fresh installation pays for until an operator says otherwise: `npm run costs -- accounts`. */
export const DEFAULT_ACCOUNTS: readonly CostAccountInput[] = [
  {
    id: "self-hosted",
    name: "The machine that Rainwire and n8n run on",
    cards: ["self-hosted/machine", "n8n/self-hosted"],
    hosts: ["node"],
    fixed: [{ card: "self-hosted/machine", meter: "machine-months", quantity: "1" }],
  },
  {
    id: "language-models",
    name: "Language models that workflows call",
    cards: [
      "anthropic/claude-haiku-4-5",
      "anthropic/claude-sonnet-4-6",
      "openai/gpt-4o",
      "openai/gpt-4o-mini",
      "openai/gpt-5-mini",
    ],
  },
];
