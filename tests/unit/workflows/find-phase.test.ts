import { describe, expect, it } from "vitest";
import { GOAL, milestone, runCodeNode } from "./code-node.ts";

interface Found {
  phase: string | null;
  hasChanged: boolean;
  reply: string;
  result: { goalId: string | null };
}
const analyze = (answer: object, input: object) =>
  runCodeNode<Found>("journey-analyzer", "Find Phase", {
    today: "2027-01-01",
    outputs: { "Read Goals": answer, "Claim Execution": { input } },
  });
const phaseOf = (goal: object, message = "Hello") => analyze({ ...GOAL, ...goal }, { goalId: "goal_1", message }).phase;

describe("Find Phase", () => {
  it.each([
    ["exploring", {}],
    ["planning", { milestones: [milestone(1, "pending")] }],
    ["acting", { milestones: [milestone(1, "done"), milestone(2, "pending")] }],
    ["reviewing", { targetDate: "2026-12-31", milestones: [milestone(1, "in_progress")] }],
    ["achieved", { milestones: [milestone(1, "done"), milestone(2, "skipped")] }],
    ["achieved", { status: "completed" }],
  ])("finds %s by the state of the goal", (phase, goal) => {
    expect(phaseOf(goal)).toBe(phase);
  });

  it.each([
    ["exploring", "Maybe I should try another idea"],
    ["planning", "When is which step?"],
    ["acting", "I started today!"],
    ["reviewing", "So far, how am I doing?"],
    ["reviewing", "I reached it, finished!"],
  ])("finds %s by the words “%s”", (phase, message) => {
    expect(phaseOf({ milestones: [milestone(1, "in_progress")] }, message)).toBe(phase);
  });

  it("keeps what is achieved, whatever is said", () => {
    expect(phaseOf({ status: "completed" }, "maybe another idea")).toBe("achieved");
  });

  it("says whether the phase is another one, and names the next step", () => {
    const goal = {
      ...GOAL,
      phase: "acting",
      milestones: [milestone(1, "done"), milestone(2, "pending", "2027-01-20")],
    };
    const found = analyze(goal, { goalId: "goal_1", message: "Hello" });
    expect(found.hasChanged).toBe(false);
    expect(found.reply).toBe(
      "You are on the way with “Run a half marathon”: 50 % is done. The next step is “Step 2”, due on 2027-01-20.",
    );
  });

  it("answers about all open goals when no goal is named", () => {
    const items = [GOAL, { ...GOAL, id: "goal_2", title: "Learn Finnish", status: "completed" }];
    expect(analyze({ items }, { message: "Hello" })).toMatchObject({
      phase: null,
      hasChanged: false,
      reply: "You have 1 open: “Run a half marathon” (0 %). Which one is it about?",
    });
    expect(analyze({ items }, { message: "About run a half marathon" }).result.goalId).toBe("goal_1");
    expect(analyze({ items: [] }, { message: "Hello" }).reply).toBe(
      "You have no open goal yet. What would you like to reach?",
    );
  });
});
