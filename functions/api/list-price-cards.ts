import { z } from "@hono/zod-openapi";
import { hashBook, hashCard, PRICE_BOOK } from "#shared/costs/price-book.ts";
import { PriceCard } from "#shared/costs/price-card.ts";
import { defineRoute, type Edge } from "#shared/http/edge.ts";
import { jsonAnswer } from "#shared/http/schemas.ts";

const PriceCards = z
  .object({
    hash: z.string().describe("SHA-256 of the book"),
    items: z.array(z.object({ hash: z.string().describe("SHA-256 of the card"), card: PriceCard })),
  })
  .openapi("PriceCards");

export const listPriceCardsRoute = defineRoute({
  operationId: "listPriceCards",
  summary: "List the price cards, with their days, sources and hashes",
  tags: ["Costs"],
  scope: "usage:read",
  method: "get",
  path: "/v1/costs/prices",
  request: {
    query: z.object({ id: z.string().max(200).optional().describe("One service's, e.g. `cloudflare/workers-paid`.") }),
  },
  responses: { 200: jsonAnswer(PriceCards, "The cards, by id and start.") },
});

export const registerListPriceCards = (edge: Edge) =>
  edge.openapi(listPriceCardsRoute, (c) => {
    const { id } = c.req.valid("query");
    const cards = PRICE_BOOK.filter((card) => id === undefined || card.id === id);
    const items = cards.map((card) => ({ hash: hashCard(card), card }));
    return c.json({ hash: hashBook(PRICE_BOOK), items }, 200);
  });
