import { describe, expect, it } from "vitest";
import { GOAL, milestone, runCodeNode } from "./code-node.ts";

interface Task {
  milestoneId: string | null;
  progressPercent: number;
  result: { suggestion: string };
}
const advance = (milestones: object[], input: object, goal: object = {}) =>
  runCodeNode<Task>("execution-agent", "Advance Task", {
    outputs: { "Read Goal": { ...GOAL, ...goal, milestones }, "Claim Execution": { input } },
  });

describe("Advance Task", () => {
  it("marks the named milestone and counts it as it will be", () => {
    const task = advance([milestone(2, "pending", "2027-01-20"), milestone(1, "in_progress")], {
      milestoneId: "milestone_1",
      status: "done",
      note: " Went well. ",
    });
    expect(task).toMatchObject({
      milestoneId: "milestone_1",
      status: "done",
      progressPercent: 50,
      note: "Went well.",
      noteKind: "review",
    });
    expect(task.result).toMatchObject({
      nextStep: { milestoneId: "milestone_2", title: "Step 2", dueDate: "2027-01-20" },
      suggestion: "Start “Step 2” by 2027-01-20.",
    });
  });

  it("takes the milestone in progress, else the first pending one, when none is named", () => {
    const both = [milestone(1, "pending"), milestone(2, "in_progress")];
    expect(advance(both, { status: "done" }).milestoneId).toBe("milestone_2");
    expect(advance([milestone(1, "done"), milestone(3, "pending"), milestone(2, "pending")], {})).toMatchObject({
      milestoneId: "milestone_2",
      status: "in_progress",
      noteKind: "service",
      result: { suggestion: "Finish “Step 2”." },
    });
  });

  it("counts no skipped milestone", () => {
    const task = advance([milestone(1, "done"), milestone(2, "in_progress"), milestone(3, "pending")], {
      milestoneId: "milestone_2",
      status: "skipped",
    });
    expect(task.progressPercent).toBe(50);
  });

  it("leaves a goal without steps at the progress it has, and asks for a plan", () => {
    const task = advance([], {}, { progressPercent: 30 });
    expect(task).toMatchObject({ milestoneId: null, progressPercent: 30, note: "" });
    expect(task.result.suggestion).toBe("“Run a half marathon” has no steps yet: ask for a plan first.");
  });

  it("suggests to look back when every step is taken", () => {
    expect(advance([milestone(1, "in_progress")], { status: "done" }).result).toMatchObject({
      nextStep: null,
      suggestion: "Every step of “Run a half marathon” is taken: review it, then complete it.",
    });
  });
});
