import { describe, expect, it } from "vitest";
import { GOAL, milestone, runCodeNode } from "./code-node.ts";

interface Checked {
  validation: { isValid: boolean; findings: { code: string }[] };
  result: { milestone?: object };
}
const check = (goal: object, input: object = {}) =>
  runCodeNode<Checked>("goal-checking-agent", "Check Goal", {
    today: "2027-01-01",
    outputs: {
      "Read Goal": { ...GOAL, title: "Run 21 km", milestones: [milestone(1, "pending")], ...goal },
      "Claim Execution": { input },
    },
  });
const codesOf = (checked: Checked) => checked.validation.findings.map(({ code }) => code);

describe("Check Goal", () => {
  it("finds nothing wrong with a goal that is specific, measurable and timed", () => {
    expect(check({}).validation).toEqual({ isValid: true, findings: [] });
  });

  it.each([
    ["title_too_short", { title: "Run 5" }, false],
    ["title_too_long", { title: "Run 5 km ".repeat(20) }, true],
    ["not_measurable", { title: "Become a better runner" }, true],
    ["target_date_missing", { targetDate: null }, false],
    ["target_date_past", { targetDate: "2026-12-31" }, false],
    ["milestones_missing", { milestones: [] }, false],
    ["milestone_overdue", { milestones: [milestone(1, "in_progress", "2026-12-31")] }, true],
    ["milestone_after_target", { milestones: [milestone(1, "pending", "2027-02-01")] }, false],
  ])("finds %s", (code, goal, isValid) => {
    const checked = check(goal);
    expect(codesOf(checked)).toEqual([code]);
    expect(checked.validation.isValid).toBe(isValid);
  });

  it("finds no more than the goal can take", () => {
    const late = Array.from({ length: 250 }, (_, i) => milestone(i + 1, "pending", "2026-12-31"));
    expect(codesOf(check({ milestones: late }))).toHaveLength(200);
  });

  it("measures by number words, and by the description", () => {
    expect(codesOf(check({ title: "Run twice as far, every week" }))).toEqual([]);
    expect(codesOf(check({ title: "Become a better runner", description: "10 km in an hour" }))).toEqual([]);
  });

  it("does not urge on a goal that is completed", () => {
    const late = { status: "completed", targetDate: "2026-12-31", milestones: [milestone(1, "pending", "2026-12-01")] };
    expect(codesOf(check(late))).toEqual([]);
  });

  it("answers what was found about the milestone that it was asked about", () => {
    const milestones = [milestone(1, "pending", "2026-12-01"), milestone(2, "pending", "2026-12-02")];
    const { result } = check({ milestones }, { milestoneId: "milestone_2" });
    expect(result.milestone).toEqual({
      id: "milestone_2",
      isKnown: true,
      findings: [{ code: "milestone_overdue", message: "“Step 2” was due on 2026-12-02." }],
    });
    expect(check({}, { milestoneId: "gone" }).result.milestone).toEqual({ id: "gone", isKnown: false, findings: [] });
  });
});
