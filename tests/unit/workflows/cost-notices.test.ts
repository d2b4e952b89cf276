import { describe, expect, it } from "vitest";
import { EVENTS } from "#shared/events/catalog.ts";
import { runCodeNode } from "./code-node.ts";

interface Message {
  subject: string;
  text: string;
  html: string;
  to: string;
  channel: string;
  result: object;
}

const NOTICE = { id: "notice_1", recipients: ["ada@example.com", "bob@example.com"], sentAt: null as string | null };
const CONFIG = { mailFrom: "Rainwire <rainwire@localhost>", chatWebhookUrl: "" };

const write = (workflow: string, input: object, notice: object = {}, config: object = {}) =>
  runCodeNode<Message>(workflow, "Write Message", {
    input: { ...NOTICE, ...notice },
    outputs: { "Claim Execution": { input }, Config: { ...CONFIG, ...config } },
  });

const report = (change: object = {}, notice?: object, config?: object) =>
  write("cost-report", { ...EVENTS["costs.report_ready"].sample, ...change }, notice, config);
const alert = (change: object = {}) => write("budget-alert", { ...EVENTS["costs.budget_crossed"].sample, ...change });

describe("the monthly cost report", () => {
  it("says what was spent, what moved and how budgets stand", () => {
    const { subject, text, to, channel } = report();
    expect(subject).toBe("Costs of 2026-10: 1,234.50 USD");
    expect(text.split("\n")).toEqual([
      "What Rainwire cost in 2026-10, for all tenants. The period is closed.",
      "",
      "  Effective cost: 1,234.50 USD",
      "  List cost: 1,180.25 USD",
      "  Month before: 1,100.00 USD",
      "  Change: 12.2 %",
      "",
      "What moved most:",
      "  api: 700.00 → 815.75 USD (+115.75)",
      "",
      "Budgets:",
      "  Everything: 1,234.50 of 1,500.00 USD (82.3 %)",
      "",
      "Every line, price and source: https://rainwire.example.com/reports/?from=2026-10-01&to=2026-11-01",
    ]);
    expect([to, channel]).toEqual(["ada@example.com, bob@example.com", "mail"]);
  });

  it("is preliminary until the month is closed, and leaves out what there is not", () => {
    const { subject, text } = report({
      stage: "preliminary",
      previous: null,
      changePercent: null,
      movers: [],
      budgets: [],
    });
    expect(subject).toBe("Costs of 2026-10: 1,234.50 USD (preliminary)");
    expect(text).toContain("late usage may come");
    expect(text).toContain("Month before: no costs recorded");
    expect(text).not.toMatch(/Change|moved|Budgets/);
  });

  it.each([
    ["0", "0.00"],
    ["0.00000042", "0.00000042"],
    ["0.000000000123", "0.00000000012"],
    ["0.005", "0.005"],
    ["0.995", "1.00"],
    ["999.995", "1,000.00"],
    ["-1234567.891", "-1,234,567.89"],
    ["12345678901234567890.12", "12,345,678,901,234,567,890.12"],
  ])("writes %s as %s", (effective, shown) => {
    expect(report({ effective }).text).toContain(`Effective cost: ${shown} USD`);
  });

  it("lets no name become markup", () => {
    const movers = [{ function: "<img src=x onerror=alert(1)>", before: "1", after: "0", change: "-1" }];
    expect(report({ movers }).html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(report({ movers }).html).not.toContain("<img");
    expect(report({ movers }).text).toContain("1.00 → 0.00 USD (-1.00)");
  });

  it("goes to the chat that Config names, to nobody without recipients, and never twice", () => {
    expect(report({}, {}, { chatWebhookUrl: "https://chat.example.com/x" }).channel).toBe("chat");
    expect(report({}, { recipients: [] }).channel).toBe("nobody");
    expect(
      report({}, { sentAt: "2026-11-01T00:00:00Z" }, { chatWebhookUrl: "https://chat.example.com/x" }),
    ).toMatchObject({
      channel: "already_sent",
      result: { noticeId: "notice_1", channel: "already_sent" },
    });
  });
});

describe("a budget alert", () => {
  it("says which threshold is crossed, by what", () => {
    const { subject, text } = alert();
    expect(subject).toBe("Budget “Everything”: 80 % of 2026-11 is spent");
    expect(text.split("\n")).toEqual([
      "Budget “Everything”: 80 % of 2026-11 is spent.",
      "",
      "  Budget of the month: 1,500.00 USD",
      "  Spent so far: 1,210.75 USD",
      "  Forecast: 1,702.10 USD (1,655.40 to 1,748.80)",
      "",
      "Where it goes: https://rainwire.example.com/reports/budgets",
    ]);
    const forecast = alert({ threshold: { percent: 100, of: "forecast" } });
    expect(forecast.subject).toBe("Budget “Everything”: 2026-11 is forecast to reach 100 %");
    expect(alert({ forecast: null }).text).toContain("Forecast: too few days to forecast from");
  });
});
