import { hashBook, PRICE_BOOK } from "#shared/costs/price-book.ts";
import type { PriceCard } from "#shared/costs/price-card.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { htmlAnswer } from "./html-answer.ts";
import { pageHeaders } from "./page-headers.ts";
import { DataTable } from "./parts/data-table.tsx";
import { Page } from "./parts/page.tsx";
import { EVIDENCE_LEVELS, spanOf } from "./parts/price-evidence.ts";
import { linkTo } from "./paths.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

export const showPricesRoute = defineRoute({
  operationId: "showPrices",
  summary: "The price book: every card, from when it holds and how it is known",
  tags: ["Pages"],
  scope: "usage:read",
  method: "get",
  path: "/prices",
  responses: { 200: htmlAnswer("A page.") },
});

export const registerShowPrices = (edge: Edge) =>
  edge.openapi(showPricesRoute, async (c) => {
    const page = <Prices viewer={await viewerOf(c)} bookHash={await hashBook(PRICE_BOOK)} />;
    return c.html(page, 200, await pageHeaders());
  });

function Prices({ viewer, bookHash }: { viewer: Viewer; bookHash: string }) {
  const byProvider = [...Map.groupBy(PRICE_BOOK, ({ provider }) => provider)];
  return (
    <Page title="Prices" viewer={viewer} place="/prices">
      <p class="lead">
        Every cost is made with a card of this book: the prices of one service for a span of days. Prices change by new
        cards with a later start; none is rewritten.
      </p>
      {byProvider.map(([provider, cards]) => (
        <section>
          <h2>{provider}</h2>
          <DataTable
            rows={cards}
            whenEmpty=""
            columns={[
              {
                label: "Card",
                isHeading: true,
                cell: (card: PriceCard) => <a href={`${linkTo(`/prices/${card.id}`)}#${anchorOf(card)}`}>{card.id}</a>,
              },
              { label: "Service", cell: ({ service, region }) => (region ? `${service}, ${region}` : service) },
              { label: "Holds", cell: spanOf },
              { label: "Meters", isNumber: true, cell: ({ meters }) => String(meters.length) },
              { label: "Currency", cell: ({ currency }) => currency },
              { label: "How it is known", cell: ({ evidence }) => EVIDENCE_LEVELS[evidence.level] },
              {
                label: "Unsettled rules",
                isNumber: true,
                cell: ({ switches = [] }) => String(switches.filter(({ status }) => status === "unsettled").length),
              },
            ]}
          />
        </section>
      ))}
      <p class="dim">
        <small>
          SHA-256 of the book: <code>{bookHash}</code>
        </small>
      </p>
    </Page>
  );
}

/** Where a card of a page with several begins. */
export const anchorOf = (card: PriceCard): string =>
  `${card.id}-${card.effectiveFrom ?? "open"}`.replace(/[^a-z0-9]+/g, "-");
