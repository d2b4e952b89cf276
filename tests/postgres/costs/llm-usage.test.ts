import { describe, expect, it } from "vitest";
import { putAccount } from "#shared/costs/ledger/accounts.ts";
import { pricePeriod } from "#shared/costs/ledger/price-period.ts";
import type { LlmUsage } from "#shared/costs/llm-usage.ts";
import { costOfRun, costSummary, costsBy } from "#shared/costs/read-costs.ts";
import { completeExecution, type ResultInput } from "#shared/workflows/complete-execution.ts";
import { openBridge } from "#tests/support/bridge.ts";
import { OCTOBER, PERIOD } from "#tests/support/ledger.ts";

const USAGE: LlmUsage[] = [
  { provider: "openai", model: "gpt-4o", inputTokens: 12_000, outputTokens: 800, cachedInputTokens: 4_000, calls: 3 },
  { provider: "anthropic", model: "claude-haiku-4-5", inputTokens: 500, outputTokens: 100 },
];

async function openRun() {
  const bridge = await openBridge();
  await bridge.map("service.activate");
  const id = await bridge.submit("service.activate", { service: "mail" });
  await bridge.drain();
  const complete = (result: ResultInput, attempt = 1) =>
    completeExecution(
      bridge.ctx,
      {
        tenantId: "acme",
        executionId: id,
        attempt,
        instanceId: "main",
        workflowId: "planning-agent",
        hop: 1,
        scopes: [],
      },
      id,
      result,
    );
  const kept = async () =>
    (
      await bridge.pool.query({
        text: "select execution_id, position, tenant_id, workflow_id, attempt, model, input_tokens, cached_input_tokens, output_tokens, calls from llm_usage order by position",
        rowMode: "array",
      })
    ).rows;
  return { bridge, id, complete, kept };
}

describe("tokens that a run reports", () => {
  it("are kept with the first terminal result of the current attempt, and with no other", async () => {
    const { bridge, id, complete, kept } = await openRun();
    await bridge.pool.query("update workflow_executions set attempt = 2");
    await complete({ attempt: 1, status: "succeeded", result: {}, usage: USAGE });
    expect(await kept()).toEqual([]);
    const expected = [
      [id, 0, "acme", "planning-agent", 2, "gpt-4o", 12_000, 4_000, 800, 3],
      [id, 1, "acme", "planning-agent", 2, "claude-haiku-4-5", 500, 0, 100, 1],
    ];
    expect(await complete({ attempt: 2, status: "failed", error: "no", usage: USAGE }, 2)).toEqual({
      status: "failed",
      isFirst: true,
    });
    expect(await kept()).toEqual(expected);
    await complete(
      { attempt: 2, status: "failed", error: "no", usage: USAGE.map((each) => ({ ...each, inputTokens: 1 })) },
      2,
    );
    expect(await kept()).toEqual(expected);
  });

  it("are priced like any meter, and shown on the run", async () => {
    const { bridge, id, complete } = await openRun();
    const { db } = bridge.ctx;
    await putAccount(
      db,
      { id: "models", name: "Models", cards: ["openai/gpt-4o", "anthropic/claude-haiku-4-5"] },
      "test",
    );
    await complete({ attempt: 1, status: "succeeded", result: {}, usage: USAGE });
    await bridge.pool.query("update llm_usage set reported_at = '2026-10-05T12:00:00Z'");
    await pricePeriod(db, PERIOD, { cause: "recompute" });
    const all = { db, scope: { kind: "platform" } } as const;
    const run = await costOfRun(all, id);
    // 12,000 × 2.50 and 800 × 10 a million; 500 × 1 and 100 × 5 a million
    expect(
      run?.items.map(({ card, meter, quantity, listCost, evidence }) => [card, meter, quantity, listCost, evidence]),
    ).toEqual([
      ["anthropic/claude-haiku-4-5", "input-tokens", "500", "0.0005", "metered"],
      ["anthropic/claude-haiku-4-5", "output-tokens", "100", "0.0005", "metered"],
      ["openai/gpt-4o", "input-tokens", "12000", "0.03", "metered"],
      ["openai/gpt-4o", "output-tokens", "800", "0.008", "metered"],
    ]);
    expect(run).toMatchObject({
      listCost: "0.039",
      effectiveCost: "0.04",
      llm: [
        { model: "gpt-4o", calls: 3 },
        { model: "claude-haiku-4-5", calls: 1 },
      ],
    });
    expect((await costSummary(all, { ...OCTOBER, workflowId: "planning-agent" })).listCost).toBe("0.039");
    const { items } = await costsBy(all, "run", OCTOBER, { limit: 5 });
    expect(items).toMatchObject([{ key: id, listCost: "0.039", effectiveCost: "0.04" }]);
  });

  it("of a model that no account has a price for are shown as not priced", async () => {
    const { bridge, complete } = await openRun();
    const { db } = bridge.ctx;
    await putAccount(db, { id: "models", name: "Models", cards: ["openai/gpt-4o"] }, "test");
    await complete({
      attempt: 1,
      status: "succeeded",
      result: {},
      usage: [{ provider: "acme", model: "acme-9", inputTokens: 5, outputTokens: 6 }],
    });
    await bridge.pool.query("update llm_usage set reported_at = '2026-10-05T12:00:00Z'");
    await pricePeriod(db, PERIOD, { cause: "recompute" });
    const { rows } = await bridge.pool.query(
      "select account_id, card, meter, used, amount, evidence, problem from cost_charges order by meter",
    );
    expect(rows).toEqual([
      {
        account_id: "unpriced",
        card: "acme/acme-9",
        meter: "input-tokens",
        used: "5",
        amount: null,
        evidence: "unknown",
        problem: "no account lists a card acme/acme-9",
      },
      {
        account_id: "unpriced",
        card: "acme/acme-9",
        meter: "output-tokens",
        used: "6",
        amount: null,
        evidence: "unknown",
        problem: "no account lists a card acme/acme-9",
      },
    ]);
    const { items } = await costsBy({ db, scope: { kind: "platform" } }, "meter", OCTOBER, { limit: 5 });
    expect(items.map(({ key, effectiveCost }) => [key, effectiveCost])).toEqual([
      ["acme/acme-9/input-tokens", null],
      ["acme/acme-9/output-tokens", null],
    ]);
  });
});
