import { describe, expect, it } from "vitest";
import { runCodeNode } from "./code-node.ts";

interface Described {
  content: string;
  result: object;
}
const describeService = (input: object) =>
  runCodeNode<Described>("integration-agent-v2", "Describe Service", { outputs: { "Claim Execution": { input } } });

describe("Describe Service", () => {
  it("repeats settings, but nothing that looks like a secret, however deep", () => {
    const settings = { region: "eu", auth: { api_key: "k-1", users: [{ Password: "p-1", name: "ann" }] } };
    expect(describeService({ service: "crm", settings }).result).toEqual({
      service: "crm",
      status: "requested",
      settings: { region: "eu", auth: { api_key: "(hidden)", users: [{ Password: "(hidden)", name: "ann" }] } },
    });
  });

  it("needs no settings", () => {
    expect(describeService({ service: "crm" }).content).toBe("The service “crm” was requested.");
  });
});

describe("Describe Other Action", () => {
  it("says that the action was recorded", () => {
    const outputs = { "Claim Execution": { input: { userId: "user_1" }, trigger: "habit.track" } };
    expect(runCodeNode<Described>("integration-agent-v2", "Describe Other Action", { outputs }).result).toEqual({
      action: "habit.track",
      status: "recorded",
      message: "No workflow is made for “habit.track”: it was recorded. Map one to it to have it done.",
    });
  });
});
