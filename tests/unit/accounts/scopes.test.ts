import { describe, expect, it } from "vitest";
import { actorOf, hasScope, type Principal } from "#shared/accounts/principal.ts";
import { FINANCE_SCOPES, keptScopes, OPERATOR_SCOPES, ROLE_SCOPES, scopesOf } from "#shared/accounts/scopes.ts";

const NOBODY = { isOperator: false, isFinance: false };

describe("the scopes of a role", () => {
  it("leave keys, mappings and costs to those who answer for them", () => {
    expect(scopesOf("member", NOBODY)).not.toContain("keys:manage");
    expect(scopesOf("member", NOBODY)).not.toContain("mappings:write");
    expect(scopesOf("member", NOBODY)).not.toContain("usage:read");
    expect(scopesOf("member", NOBODY)).toContain("webhooks:read");
    expect(scopesOf("member", NOBODY)).not.toContain("webhooks:write");
    expect(scopesOf("finance", NOBODY)).toEqual(["executions:read", "usage:read", "budgets:write", "tokens:issue"]);
    expect(scopesOf("admin", NOBODY)).toContain("keys:manage");
  });

  it("add up when a member has several, and an unknown role adds none", () => {
    const both = scopesOf("member,finance", NOBODY);
    expect(both).toContain("usage:read");
    expect(both).toContain("goals:write");
    expect(scopesOf("constructor, nobody", NOBODY)).toEqual([]);
  });

  it("hold the operator's only for operators, and never a run's", () => {
    expect(OPERATOR_SCOPES).toEqual([
      "operator:mappings",
      "operator:instances",
      "operator:limits",
      "operator:doctor",
      "operator:batching",
      "operator:caches",
      "operator:tokens",
    ]);
    expect(scopesOf("finance", { isOperator: true, isFinance: false })).toEqual([
      "executions:read",
      "usage:read",
      "budgets:write",
      "tokens:issue",
      ...FINANCE_SCOPES,
      ...OPERATOR_SCOPES,
    ]);
    const ofRoles = Object.values(ROLE_SCOPES).flat();
    expect(ofRoles.filter((scope) => /^(run|operator|finance|errors):/.test(scope))).toEqual([]);
  });
});

describe("the platform's finance people", () => {
  const finance = { isOperator: false, isFinance: true };

  it("read all costs and close periods, whatever their role in a tenant, and operate nothing", () => {
    expect(FINANCE_SCOPES).toEqual(["finance:read", "finance:close"]);
    const scopes = scopesOf("nobody", finance);
    expect(scopes).toEqual(["usage:read", "budgets:write", "finance:read", "finance:close"]);
  });

  it("lend their scopes to keys only while they hold them", () => {
    expect(keptScopes(["goals:read", "finance:read", "operator:mappings"], finance)).toEqual([
      "goals:read",
      "finance:read",
    ]);
    expect(keptScopes(["goals:read", "finance:read"], NOBODY)).toEqual(["goals:read"]);
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
