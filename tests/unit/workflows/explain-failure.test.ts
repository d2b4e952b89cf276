import { describe, expect, it } from "vitest";
import { runCodeNode } from "./code-node.ts";

const explain = (details: object) =>
  runCodeNode<{ reason: string }>("planning-agent", "Explain Failure", {
    previous: "Read Goal",
    input: { error: {}, details },
  });

describe("Explain Failure", () => {
  it("gives the problem document's detail as the reason of a refusal", () => {
    const body = { type: "not_found", title: "Not found", detail: "There is no goal 7." };
    expect(explain({ httpCode: "404", body })).toEqual({
      reason: "Read Goal was refused (404): There is no goal 7.",
    });
  });

  it.each(["401", "408", "425", "429", "500", "503", "ECONNREFUSED", null])("stops the run on %s", (httpCode) => {
    expect(() => explain({ httpCode, message: "It is away." })).toThrow("Read Goal failed: It is away.");
  });
});
