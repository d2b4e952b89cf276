import { describe, expect, it } from "vitest";
import { GOAL, milestone, runCodeNode } from "./code-node.ts";

const NO_FEEDBACK = { items: [], averageRating: null };

interface Reflection {
  isWorthSaying: boolean;
  review: string;
  result: { pace: string; sentiment: string };
}
function reflect(
  milestones: object[],
  { feedback = NO_FEEDBACK as object, input = {} as object, today = "2027-01-01" } = {},
) {
  return runCodeNode<Reflection>("reflection-agent", "Reflect On Goal", {
    today,
    outputs: { "Read Goal": { ...GOAL, milestones }, "Read Feedback": feedback, "Claim Execution": { input } },
  });
}

describe("Reflect On Goal", () => {
  it("tells progress, overdue steps and feedback", () => {
    const reflection = reflect([milestone(1, "done"), milestone(2, "pending", "2026-12-31"), milestone(3, "skipped")], {
      feedback: { items: [{ content: "I am stuck and tired. Good idea though." }], averageRating: 2 },
    });
    expect(reflection.review).toBe(
      "1 of 3 steps are done (50 %). Overdue: “Step 2”. Feedback averages 2 of 5. The tone of the feedback is negative. Ask what should go differently.",
    );
    expect(reflection.result).toMatchObject({
      progressPercent: 50,
      overdue: 1,
      sentiment: "negative",
      pace: "on_track",
    });
  });

  it.each([
    ["behind", "2027-01-25", "pending"],
    ["on_track", "2027-01-01", "done"],
    ["ahead", "2026-12-10", "done"],
  ])("finds the pace %s", (pace, today, status) => {
    expect(reflect([milestone(1, status), milestone(2, "pending")], { today }).result.pace).toBe(pace);
  });

  it("names three overdue steps, and counts the others", () => {
    const late = [1, 2, 3, 4, 5].map((position) => milestone(position, "pending", "2026-12-31"));
    expect(reflect(late).review).toContain("Overdue: “Step 1”, “Step 2”, “Step 3” and 2 more.");
  });

  it("counts whole words only", () => {
    const feedback = { items: [{ content: "The goodness of badminton" }], averageRating: null };
    expect(reflect([], { feedback }).result.sentiment).toBe("neutral");
  });

  it("finds a change worth a review when it is of the status, and every action", () => {
    expect(reflect([], { input: { changed: ["title", "status"] } }).isWorthSaying).toBe(true);
    expect(reflect([], { input: { changed: ["dueDate"] } }).isWorthSaying).toBe(false);
    expect(reflect([], { input: { action: "progress.review" } }).isWorthSaying).toBe(true);
  });
});
