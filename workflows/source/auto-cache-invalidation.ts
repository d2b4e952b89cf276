import type { AgentDefinition } from "./build-workflow.ts";
import { COMPLETE, CONFIG, call, code, config, INPUT, outputOf, route } from "./steps.ts";

const DECISION = outputOf("Decide Cache Care");
const WARM = { method: "POST", path: "'/v1/cache/warm'", body: `${DECISION}.warm` } as const;

export const autoCacheInvalidation: AgentDefinition = {
  id: "auto-cache-invalidation",
  about: `Watches how often answers come from the caches, renews those that matter and reports. For operators.

Driven by the events \`caching.digest_ready\`, \`caching.hit_rate_dropped\` and \`caching.hot_key_found\`. What a write changes is forgotten by Rainwire itself, before the write is answered: without this workflow nothing is stale.`,
  work: `A digest is reported. When the hit rate of a route drops under its target, the hottest of its answers, of the tenant that asks for them most, are read ahead; they are forgotten first when most misses were of answers that had changed or grown old. A hot answer is read ahead. **Config** says how many at most (\`mostAnswers\`), and how many requests a route must have had to be named in a digest's \`warnings\` (\`leastRequests\`).`,
  llm: `Put a model after **Decide Cache Care** that words the result for a chat channel.`,
  steps: [
    config({ mostAnswers: 20, leastRequests: 1000 }, "Decide Cache Care"),
    code("Decide Cache Care", "decide-cache-care.js", `decideCacheCare({ input: ${INPUT}, config: ${CONFIG} })`, {
      next: "Choose Care",
    }),
    route("Choose Care", "$json.action", { renew: "Invalidate Answers", warm: "Warm Hot Answers" }, COMPLETE),
    call(
      "Invalidate Answers",
      { method: "POST", path: "'/v1/cache/invalidate'", body: `${DECISION}.invalidate` },
      { next: "Warm Answers" },
    ),
    call("Warm Answers", WARM, { next: COMPLETE }),
    call("Warm Hot Answers", WARM, { next: COMPLETE, row: 1 }),
  ],
  result: `{ ...${DECISION}.result, answers: $json.answers ?? [] }`,
};
