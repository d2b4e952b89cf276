import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { derivedId } from "#shared/kernel/id.ts";
import { parseDecimal, ZERO } from "#shared/kernel/money.ts";
import { TOKEN_METERS } from "../meter-rules.ts";
import { reportedWithin } from "./base-rows.ts";
import type { Charge } from "./charge.ts";
import { daysOf } from "./month.ts";

/** The account of what nobody has a price for. */
export const UNPRICED = "unpriced";

/** Charges without an amount for tokens of models of which no account lists a card: shown, and never taken for nothing. */
export async function unpricedTokens(db: Database, period: string, cards: readonly string[]): Promise<Charge[]> {
  const { from: fromDay, to: toDay } = daysOf(period);
  const rows = await db.query(sql<{ card: string; inputTokens: string; outputTokens: string }>`
    select provider || '/' || model as card, sum(input_tokens)::text as input_tokens, sum(output_tokens)::text as output_tokens
    from llm_usage where ${reportedWithin({ fromDay, toDay })} and not provider || '/' || model = any(${cards}::text[]) group by 1 order by 1`);
  return rows.flatMap(({ card, inputTokens, outputTokens }) =>
    [["input-tokens", inputTokens] as const, ["output-tokens", outputTokens] as const].map(([meter, used]): Charge => {
      const [provider = "", model = ""] = card.split("/");
      return {
        id: derivedId("charge", period, fromDay, UNPRICED, card, "", meter, "0"),
        period,
        fromDay,
        toDay,
        accountId: UNPRICED,
        hosts: [],
        spread: "pro_rata",
        provider,
        service: model,
        card,
        cardHash: "",
        priceDate: null,
        meter,
        tier: 0,
        kind: "usage",
        unit: "Tokens",
        evidence: "unknown",
        isRead: false,
        priceLevel: "-",
        priceSource: "none",
        used: parseDecimal(used),
        included: null,
        billable: null,
        unitPrice: null,
        currency: "USD",
        amountExact: null,
        amount: null,
        exchangeRate: parseDecimal("1"),
        exchangeDate: null,
        billedFemto: null,
        listFemto: null,
        billedFrom: ZERO,
        billedTo: null,
        unmeasured: 0,
        problem: `no account lists a card ${card}`,
        base: { kind: "tokens", provider, model, column: TOKEN_METERS[meter] },
      };
    }),
  );
}
