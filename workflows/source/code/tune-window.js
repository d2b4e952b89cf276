const NARROWER = 0.75;
const WIDER = 1.5;
const LEAST_MS = 0.5;

/** How long loads should wait for company from now on, in ms, and why. */
export function tuneWindow({ digest, settings, config }) {
  const { p99BudgetMs, savedShareGoal, leastLoads } = config;
  const { budgetMs } = settings;
  const kinds = digest.kinds.filter(({ loads }) => loads >= leastLoads);
  const waitOf = ({ waitP99Ms }) => waitP99Ms ?? 0;
  const [slowest] = [...kinds].sort((a, b) => waitOf(b) - waitOf(a));
  const [poorest] = [...kinds].sort((a, b) => a.savedShare - b.savedShare);
  const sum = (of) => digest.kinds.reduce((all, kind) => all + kind[of], 0);
  const decide = (wanted, why) => {
    const next = Math.round(Math.max(LEAST_MS, Math.min(p99BudgetMs, wanted)) * 100) / 100;
    const isToChange = next !== budgetMs;
    return {
      isToChange,
      budgetMs: next,
      result: {
        decision: isToChange ? (next < budgetMs ? "narrow" : "widen") : "none",
        why,
        budgetMs: { before: budgetMs, after: next },
        saved: { loads: sum("loads"), statements: sum("statements"), kinds: digest.kinds },
      },
    };
  };

  // An operator set another window since: what was measured is not its doing.
  if (budgetMs !== digest.budgetMs)
    return { ...decide(budgetMs, "The window has changed since the digest."), isToChange: false };
  if (!slowest) return { ...decide(budgetMs, `No kind had ${leastLoads} loads.`), isToChange: false };
  const percent = (share) => `${Math.round(share * 100)} %`;
  if (waitOf(slowest) > p99BudgetMs) {
    return decide(
      Math.min(budgetMs, p99BudgetMs) * NARROWER,
      `The slowest hundredth of ${slowest.kind} waited ${waitOf(slowest)} ms or longer; ${p99BudgetMs} ms are allowed.`,
    );
  }
  if (poorest.savedShare < savedShareGoal && waitOf(slowest) * WIDER <= p99BudgetMs) {
    return decide(
      Math.max(budgetMs, LEAST_MS) * WIDER,
      `${percent(poorest.savedShare)} of the statements of ${poorest.kind} were saved, of ${percent(savedShareGoal)} wanted, and there is room.`,
    );
  }
  return { ...decide(budgetMs, "It saves what it should, or as much as the budget allows."), isToChange: false };
}
