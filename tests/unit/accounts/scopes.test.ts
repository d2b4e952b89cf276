import { describe, expect, it } from "vitest";
import { actorOf, hasScope, type Principal } from "#shared/accounts/principal.ts";
import { OPERATOR_SCOPES, ROLE_SCOPES, SCOPES, scopesOf } from "#shared/accounts/scopes.ts";

describe("the scopes of a role", () => {
  it("leave keys, mappings and costs to those who answer for them", () => {
    expect(scopesOf("member", false)).not.toContain("keys:manage");
    expect(scopesOf("member", false)).not.toContain("mappings:write");
    expect(scopesOf("member", false)).not.toContain("usage:read");
    expect(scopesOf("member", false)).toContain("webhooks:read");
    expect(scopesOf("member", false)).not.toContain("webhooks:write");
    expect(scopesOf("finance", false)).toEqual(["executions:read", "usage:read", "tokens:issue"]);
    expect(scopesOf("admin", false)).toContain("keys:manage");
  });

  it("add up when a member has several, and an unknown role adds none", () => {
    const both = scopesOf("member,finance", false);
    expect(both).toContain("usage:read");
    expect(both).toContain("goals:write");
    expect(scopesOf("constructor, nobody", false)).toEqual([]);
  });

  it("hold the operator's only for operators, and never a run's", () => {
    expect(OPERATOR_SCOPES).toEqual([
      "operator:mappings",
      "operator:instances",
      "operator:limits",
      "operator:doctor",
      "operator:tokens",
    ]);
    expect(scopesOf("finance", true)).toEqual(["executions:read", "usage:read", "tokens:issue", ...OPERATOR_SCOPES]);
    const ofRoles = Object.values(ROLE_SCOPES).flat();
    expect(ofRoles.filter((scope) => /^(run|operator|errors):/.test(scope))).toEqual([]);
    expect(Object.keys(SCOPES)).toHaveLength(37);
  });
});

describe("a principal", () => {
  const run: Principal = {
    kind: "run",
    tenantId: "t",
    executionId: "e",
    attempt: 2,
    workflowId: "planning-agent",
    instanceId: "main",
    hop: 1,
    scopes: ["run:claim"],
  };

  it("is named in history by what it is", () => {
    expect(actorOf(run)).toBe("execution:e");
    expect(actorOf({ kind: "instance", instanceId: "i", scopes: [] })).toBe("instance:i");
  });

  it("has the scopes that it was given and no others", () => {
    expect(hasScope(run, "run:claim")).toBe(true);
    expect(hasScope(run, "run:complete")).toBe(false);
  });
});
