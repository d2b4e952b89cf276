import { expect, it } from "vitest";
import { runCodeNode } from "./code-node.ts";

interface Tuned {
  isToChange: boolean;
  budgetMs: number;
  result: { decision: string; why: string };
}

interface Case {
  budgetMs?: number;
  digestBudgetMs?: number;
  loads?: number;
  savedShare?: number;
  waitP99Ms?: number | null;
}

function tune({ budgetMs = 4, digestBudgetMs = budgetMs, loads = 5000, savedShare = 0.9, waitP99Ms = 3 }: Case): Tuned {
  const quick = { kind: "executions", loads, equal: 0, statements: 100, savedShare: 0.95, waitP50Ms: 1, waitP99Ms: 1 };
  const kinds = [quick, { ...quick, kind: "goals", savedShare, waitP99Ms }];
  return runCodeNode<Tuned>("api-batching", "Tune Window", {
    outputs: { "Claim Execution": { input: { budgetMs: digestBudgetMs, kinds } } },
    input: { settings: { budgetMs } },
  });
}

it.each<[string, Case, string, number]>([
  ["all is well", {}, "none", 4],
  ["waits are over the budget", { waitP99Ms: 5.5 }, "narrow", 3],
  ["somebody allowed far more", { budgetMs: 40, waitP99Ms: 16.5 }, "narrow", 3.75],
  ["too little is saved and there is room", { budgetMs: 2, savedShare: 0.3 }, "widen", 3],
  ["too little is saved at half the budget", { budgetMs: 4, savedShare: 0.3 }, "widen", 5],
  ["too little is saved and there is no room", { savedShare: 0.3, waitP99Ms: 4.5 }, "none", 4],
  ["nobody waits", { budgetMs: 0, savedShare: 0, waitP99Ms: null }, "widen", 0.75],
  ["it is as wide as it may be", { budgetMs: 5, savedShare: 0.3 }, "none", 5],
  ["too few loads say nothing", { loads: 999, waitP99Ms: 16.5 }, "none", 4],
  ["an operator was quicker", { digestBudgetMs: 5, waitP99Ms: 16.5 }, "none", 4],
])("when %s", (_, given, decision, budgetMs) => {
  const tuned = tune(given);
  expect(tuned).toMatchObject({ budgetMs, result: { decision } });
  expect(tuned.isToChange).toBe(decision !== "none");
});

it("says why", () => {
  expect(tune({ waitP99Ms: 6 }).result.why).toBe(
    "The slowest hundredth of goals waited 6 ms or longer; 5 ms are allowed.",
  );
  expect(tune({ budgetMs: 2, savedShare: 0.3 }).result.why).toBe(
    "30 % of the statements of goals were saved, of 80 % wanted, and there is room.",
  );
});
