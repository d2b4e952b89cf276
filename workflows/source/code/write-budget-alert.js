import { addressMessage } from "./address-message.js";
import { escapeHtml, moneyText } from "./money-text.js";

/** A crossed threshold of a budget as a mail: subject, plain text and HTML. */
export function writeBudgetAlert({ input, notice, config }) {
  const { name, period, threshold, currency, amount, spent, forecast, link } = input;
  const money = (value) => `${moneyText(value)} ${currency}`;
  const subject =
    threshold.of === "forecast"
      ? `Budget “${name}”: ${period} is forecast to reach ${threshold.percent} %`
      : `Budget “${name}”: ${threshold.percent} % of ${period} is spent`;
  const rows = [
    ["Budget of the month", money(amount)],
    ["Spent so far", money(spent)],
    [
      "Forecast",
      forecast === null
        ? "too few days to forecast from"
        : `${money(forecast.expected)} (${moneyText(forecast.low)} to ${moneyText(forecast.high)})`,
    ],
  ];
  const cells = rows.map(([what, value]) => `<tr><th align="left">${what}</th><td>${escapeHtml(value)}</td></tr>`);
  const message = {
    subject,
    text: [`${subject}.`, rows.map(([what, value]) => `  ${what}: ${value}`).join("\n"), `Where it goes: ${link}`].join(
      "\n\n",
    ),
    html: [
      `<p>${escapeHtml(subject)}.</p>`,
      `<table>${cells.join("")}</table>`,
      `<p><a href="${escapeHtml(link)}">Where it goes</a></p>`,
    ].join("\n"),
  };
  return addressMessage(message, notice, config);
}
