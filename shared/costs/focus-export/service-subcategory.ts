/** FOCUS ServiceSubcategory by card, where one fits; others are of their category's `Other (…)`. */
const SUBCATEGORIES: readonly (readonly [cards: RegExp, subcategory: string, category: string])[] = [
  [/^cloudflare\/(workers-(paid|free)|durable-objects)/, "Serverless Compute", "Compute"],
  [/^aws\/lambda/, "Serverless Compute", "Compute"],
  [/^self-hosted\/machine/, "Virtual Machines", "Compute"],
  [/^(cloudflare\/queues|upstash\/qstash|aws\/sqs)/, "Messaging", "Integration"],
  [/^n8n\//, "Workflow Orchestration", "Integration"],
  [/^aws\/api-gateway/, "API Management", "Integration"],
  [/^cloudflare\/(observability|workers-logs|workers-trace)/, "Observability", "Management and Governance"],
  [/^cloudflare\/kv/, "NoSQL Databases", "Databases"],
  [/^(upstash\/redis|aws\/elasticache)/, "Caching", "Databases"],
  [/^(neon\/|aws\/rds)/, "Relational Databases", "Databases"],
  [/^cloudflare\/r2/, "Object Storage", "Storage"],
  [/^(openai|anthropic)\//, "Generative AI", "AI and Machine Learning"],
];

/** The subcategory of a card's service, always one of the category that the card states. */
export const subcategoryOf = (card: string, category: string): string =>
  SUBCATEGORIES.find(([cards, , of]) => of === category && cards.test(card))?.[1] ?? `Other (${category})`;
