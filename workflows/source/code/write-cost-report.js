import { addressMessage } from "./address-message.js";
import { escapeHtml, moneyText } from "./money-text.js";

/** The monthly cost report as a mail: subject, plain text and HTML. */
export function writeCostReport({ input, notice, config }) {
  const { period, stage, audience, currency, effective, list, previous, changePercent, movers, budgets, link } = input;
  const money = (amount) => `${moneyText(amount)} ${currency}`;
  const totals = [
    ["Effective cost", money(effective)],
    ["List cost", money(list)],
    ["Month before", previous === null ? "no costs recorded" : money(previous)],
    ...(changePercent === null ? [] : [["Change", `${changePercent} %`]]),
  ];
  const moved = movers.map(({ function: name, before, after, change }) => [
    name,
    `${moneyText(before)} → ${money(after)} (${change.startsWith("-") ? "" : "+"}${moneyText(change)})`,
  ]);
  const spent = budgets.map(({ name, spent: used, amount, percent }) => [
    name,
    `${moneyText(used)} of ${money(amount)} (${percent} %)`,
  ]);
  const sections = [
    { title: "", rows: totals },
    { title: "What moved most", rows: moved },
    { title: "Budgets", rows: spent },
  ].filter(({ rows }) => rows.length > 0);
  const isFinal = stage === "final";
  const about = audience === "platform" ? "for all tenants" : "for your tenant";
  const intro = `What Rainwire cost in ${period}, ${about}. ${isFinal ? "The period is closed." : "The period is still open: late usage may come."}`;
  const message = {
    subject: `Costs of ${period}: ${money(effective)}${isFinal ? "" : " (preliminary)"}`,
    text: [intro, ...sections.map(textOf), `Every line, price and source: ${link}`].join("\n\n"),
    html: [
      `<p>${escapeHtml(intro)}</p>`,
      ...sections.map(htmlOf),
      `<p><a href="${escapeHtml(link)}">Every line, price and source</a></p>`,
    ].join("\n"),
  };
  return addressMessage(message, notice, config);
}

const textOf = ({ title, rows }) =>
  [...(title === "" ? [] : [`${title}:`]), ...rows.map(([name, value]) => `  ${name}: ${value}`)].join("\n");

function htmlOf({ title, rows }) {
  const cells = rows.map(
    ([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `${title === "" ? "" : `<h2>${title}</h2>`}<table>${cells.join("")}</table>`;
}
