import { z } from "@hono/zod-openapi";
import { hashCard, PRICE_BOOK } from "#shared/costs/price-book.ts";
import type { Meter, PriceCard } from "#shared/costs/price-card.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { ProblemError } from "#shared/http/problem.ts";
import { fail } from "#shared/kernel/errors.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { DataTable } from "./parts/data-table.tsx";
import { formatExact } from "./parts/figures.ts";
import { Page } from "./parts/page.tsx";
import { EVIDENCE_LEVELS, spanOf } from "./parts/price-evidence.ts";
import { linkTo } from "./paths.ts";
import { anchorOf } from "./show-prices.tsx";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showPriceCardRoute = defineRoute({
  operationId: "showPriceCard",
  summary: "A service's prices at all times: meters, allowances, tiers, rules and sources",
  tags: ["Pages"],
  scope: "usage:read",
  problems: ["not_found"],
  method: "get",
  path: "/prices/{provider}/{card}",
  request: { params: z.object({ provider: z.string(), card: z.string() }) },
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowPriceCard = (edge: Edge) =>
  edge.openapi(showPriceCardRoute, async (c) => {
    const { provider, card } = c.req.valid("param");
    const id = `${provider}/${card}`;
    const cards = PRICE_BOOK.filter((one) => one.id === id).toReversed();
    if (cards.length === 0) throw new ProblemError(fail("not_found", "There is no card of this name."));
    const hashed = await Promise.all(cards.map(async (one) => ({ card: one, hash: await hashCard(one) })));
    const page = <PriceCards id={id} cards={hashed} viewer={await viewerOf(c)} />;
    return c.html(page, 200, await pageHeaders());
  });

interface PriceCardsProps {
  id: string;
  /** The newest first. */
  cards: readonly { card: PriceCard; hash: string }[];
  viewer: Viewer;
}

function PriceCards({ id, cards, viewer }: PriceCardsProps) {
  return (
    <Page title={id} viewer={viewer} place="/prices" crumbs={[["Prices", linkTo("/prices")]]}>
      {cards.map(({ card, hash }) => (
        <section id={anchorOf(card)}>
          <h2>
            {card.provider} {card.service}, {spanOf(card)}
          </h2>
          <p class="dim">
            {card.currency} · {EVIDENCE_LEVELS[card.evidence.level]}: {card.evidence.source}
            {card.succeededBy === undefined ? (
              ""
            ) : (
              <>
                {" "}
                · from then on <a href={linkTo(`/prices/${card.succeededBy}`)}>{card.succeededBy}</a>
              </>
            )}
          </p>
          <DataTable rows={card.meters} whenEmpty="It meters nothing." columns={METER_COLUMNS} />
          {card.rules === undefined ? "" : <Rules rules={card.rules} />}
          {(card.switches ?? []).map(({ name, question, status, options, default: chosen }) => (
            <div class={status === "unsettled" ? "banner" : ""}>
              <p>
                <strong>{status === "unsettled" ? "Unsettled" : "Settled"}:</strong> {question} (<code>{name}</code>)
              </p>
              <ul>
                {Object.entries(options).map(([option, meaning]) => (
                  <li>
                    <code>{option}</code>
                    {option === chosen ? " (taken unless the account says otherwise)" : ""}: {meaning}
                  </li>
                ))}
              </ul>
            </div>
          ))}
          <p class="dim">
            <small>
              SHA-256 <code>{hash}</code>
            </small>
          </p>
        </section>
      ))}
    </Page>
  );
}

const Rules = ({ rules }: { rules: readonly string[] }) => (
  <>
    <h3>What counts</h3>
    <ul>
      {rules.map((rule) => (
        <li>{rule}</li>
      ))}
    </ul>
  </>
);

const METER_COLUMNS = [
  {
    label: "Meter",
    isHeading: true,
    cell: ({ name, description }: Meter) => (
      <>
        {name}
        {description === undefined ? (
          ""
        ) : (
          <>
            <br />
            <small class="dim">{description}</small>
          </>
        )}
      </>
    ),
  },
  { label: "Kind", cell: ({ kind }: Meter) => kind },
  { label: "Unit", cell: ({ unit }: Meter) => unit },
  {
    label: "Included a month",
    isNumber: true,
    cell: ({ included }: Meter) => (included ? formatExact(included) : "–"),
  },
  {
    label: "Price of a unit",
    isNumber: true,
    cell: ({ unitPrice, tiers }: Meter) =>
      unitPrice !== undefined
        ? formatExact(unitPrice)
        : (tiers?.map(({ upTo, unitPrice: price }) => (
            <div>
              {upTo === null ? "beyond" : `up to ${formatExact(upTo)}`}: {formatExact(price)}
            </div>
          )) ?? "–"),
  },
  {
    label: "Billed in steps of",
    isNumber: true,
    cell: ({ roundUpTo }: Meter) => (roundUpTo ? formatExact(roundUpTo) : "–"),
  },
];
