import { describe, expect, it } from "vitest";
import { GOAL, milestone, runCodeNode } from "./code-node.ts";

const TODAY = "2027-01-01";
interface Plan {
  milestones: { key: string; title: string; position: number; dueDate?: string }[];
  phase: string;
  result: { isNewPlan: boolean; summary: string };
}
const plan = (goal: Partial<typeof GOAL>) =>
  runCodeNode<Plan>("planning-agent", "Plan Milestones", {
    today: TODAY,
    outputs: { "Read Goal": { ...GOAL, ...goal } },
  });
const titlesOf = (planned: Plan) => planned.milestones.map(({ title }) => title);

describe("Plan Milestones", () => {
  it("makes a step of each bullet line, due evenly up to the target date", () => {
    const planned = plan({ description: "My plan:\n- Run 5 km\n2. Run 10 km;\n* [ ] Run 15 km.\n" });
    expect(planned.milestones).toEqual([
      { key: "step-1", title: "Run 5 km", position: 1, dueDate: "2027-01-11" },
      { key: "step-2", title: "Run 10 km", position: 2, dueDate: "2027-01-21" },
      { key: "step-3", title: "Run 15 km", position: 3, dueDate: "2027-01-31" },
    ]);
    expect(planned.phase).toBe("planning");
    expect(planned.result.summary).toBe("Planned 3 steps for “Run a half marathon”, the last due on 2027-01-31.");
  });

  it("makes a step of each sentence when there are no bullets", () => {
    const planned = plan({ description: "Buy shoes. Run twice a week! Run 15 km.\nRun the race" });
    expect(titlesOf(planned)).toEqual(["Buy shoes", "Run twice a week!", "Run 15 km", "Run the race"]);
  });

  it("falls back to the stages of its settings when the description says too little", () => {
    const planned = plan({ description: "Under two hours." });
    expect(titlesOf(planned)).toEqual([
      "Describe how “Run a half marathon” looks when it is reached",
      "Gather what “Run a half marathon” needs",
      "Take the first step",
      "Reach the halfway mark",
      "Finish “Run a half marathon” and look back",
    ]);
  });

  it("keeps a title that looks like a replacement pattern as it is", () => {
    expect(titlesOf(plan({ title: "Save $& more" }))[1]).toBe("Gather what “Save $& more” needs");
  });

  it("plans six steps at most, none twice, and none longer than a title may be", () => {
    const lines = ["One", "one", "Two", "x".repeat(300), "Four", "Five", "Six", "Seven"];
    const planned = plan({ description: lines.map((line) => `- ${line}`).join("\n") });
    expect(titlesOf(planned)).toEqual(["one", "Two", `${"x".repeat(199)}…`, "Four", "Five", "Six"]);
  });

  it.each([null, "2026-12-31", TODAY])("gives no due dates with the target date %s", (targetDate) => {
    expect(plan({ targetDate }).milestones[0]).not.toHaveProperty("dueDate");
  });

  it("keeps the plan of a goal that has open milestones", () => {
    const planned = plan({ milestones: [milestone(1, "done"), milestone(2, "pending")] });
    expect(planned).toMatchObject({ milestones: [], phase: "planning", result: { isNewPlan: false } });
    expect(plan({ phase: "acting", milestones: [milestone(1, "in_progress")] }).phase).toBe("acting");
  });

  it("goes on after the milestones that are done, with keys of their own", () => {
    const planned = plan({ description: "- Step 1\n- B\n- C", milestones: [milestone(1, "done")] });
    expect(planned.milestones.map(({ key, title }) => [key, title])).toEqual([
      ["step-2", "B"],
      ["step-3", "C"],
    ]);
  });

  it.each(["completed", "cancelled"])("plans nothing for a goal that is %s", (status) => {
    expect(plan({ status, phase: "achieved" })).toMatchObject({ milestones: [], phase: "achieved" });
  });
});
