import { z } from "zod";
import type { Database } from "#shared/database/database.ts";
import { json, sql } from "#shared/database/sql.ts";
import { DECIMAL } from "#shared/kernel/money.ts";
import { IsoDate } from "../price-card.ts";
import { checkAccount } from "./check-account.ts";
import { DEFAULT_ACCOUNTS } from "./default-accounts.ts";
import { SPREADS } from "./spread.ts";

/** One contract whose invoices we tie to. */
export const CostAccount = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and hyphens"),
  name: z.string().min(1).max(200),
  /** Of the price book; successors side by side, each holds on its own days. */
  cards: z.array(z.string().min(3)).min(1),
  /** Whose usage it pays for: `node`, `workers`, `raindrop`; empty: every host's. */
  hosts: z.array(z.string()).default([]),
  /** Quantities a month that are no usage: subscriptions, plans, machines. */
  fixed: z
    .array(z.strictObject({ card: z.string(), meter: z.string(), quantity: z.string().regex(DECIMAL) }))
    .default([]),
  /** By card: which option of its switches the contract says. */
  switches: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  spread: z.enum(SPREADS).default("pro_rata"),
  validFrom: IsoDate.nullable().default(null),
  /** Exclusive. */
  validTo: IsoDate.nullable().default(null),
  /** Seeded, and not yet looked at by an operator. */
  isDefault: z.boolean().default(false),
});
export type CostAccount = z.infer<typeof CostAccount>;
export type CostAccountInput = z.input<typeof CostAccount>;

/** All accounts, by id. Where there is none yet, the defaults are written first. */
export async function listAccounts(db: Database): Promise<CostAccount[]> {
  const read = () =>
    db.query(sql<CostAccount>`
      select id, name, cards, hosts, fixed, switches, spread, valid_from, valid_to, is_default from cost_accounts order by id collate "C"`);
  const found = await read();
  if (found.length > 0) return found;
  for (const account of DEFAULT_ACCOUNTS) await putAccount(db, { ...account, isDefault: true }, null);
  return await read();
}

/**
 * Writes an account, new or changed. Throws a PriceError on what the price book does not have. Open periods are priced by it at the next pricing; closed ones keep their rows.
 * @param actor who changes it, e.g. `user:…`; null: Rainwire itself
 */
export async function putAccount(db: Database, input: CostAccountInput, actor: string | null): Promise<CostAccount> {
  const account = CostAccount.parse(input);
  checkAccount(account);
  const { id, name, cards, hosts, fixed, switches, spread, validFrom, validTo, isDefault } = account;
  await db.query(sql`
    insert into cost_accounts (id, name, cards, hosts, fixed, switches, spread, valid_from, valid_to, is_default, updated_by)
    values (${id}, ${name}, ${cards}::text[], ${hosts}::text[], ${json(fixed)}, ${json(switches)}, ${spread},
      ${validFrom}::date, ${validTo}::date, ${isDefault}, ${actor})
    on conflict (id) do update set name = excluded.name, cards = excluded.cards, hosts = excluded.hosts, fixed = excluded.fixed,
      switches = excluded.switches, spread = excluded.spread, valid_from = excluded.valid_from, valid_to = excluded.valid_to,
      is_default = excluded.is_default, updated_by = excluded.updated_by, updated_at = now()`);
  return account;
}

/** Removes an account; its rows in open periods go at the next pricing. False: there was none. */
export async function removeAccount(db: Database, id: string): Promise<boolean> {
  return (await db.query(sql`delete from cost_accounts where id = ${id} returning id`)).length > 0;
}
