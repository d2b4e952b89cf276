import { sql } from "#shared/database/sql.ts";
import type { KeysContext } from "#shared/tokens/publish-key.ts";
import { revokeSigningKey } from "#shared/tokens/retire-key.ts";
import { revokeFamily, revokeSession, revokeUser } from "#shared/tokens/revoke-tokens.ts";
import { OPERATOR, showStatus } from "./keys.ts";

export interface Revocation {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly family?: string | undefined;
  readonly key?: string | undefined;
  readonly signingKey?: string | undefined;
}

/** Ends what is named, in every process within a second. */
export async function revoke(ctx: KeysContext, named: Revocation): Promise<number> {
  const { user, session, family, key, signingKey } = named;
  let ended = 0;
  const say = (what: string, count: number) => {
    console.log(count > 0 ? `ended: ${what}` : `nothing to end: ${what}`);
    ended += count;
  };
  if (user !== undefined) {
    const { sessions, families } = await revokeUser(ctx.db, user, "operator");
    say(`${sessions} sessions and ${families} families of user ${user}`, sessions + families);
  }
  if (session !== undefined) say(`session ${session}`, Number(await revokeSession(ctx.db, session)));
  if (family !== undefined) say(`family ${family}`, Number(await revokeFamily(ctx.db, family, "operator")));
  if (key !== undefined) {
    say(`API key ${key}`, (await ctx.db.query(sql`delete from apikey where id = ${key} returning id`)).length);
  }
  if (signingKey !== undefined) {
    say(`signing key ${signingKey}`, Number(await revokeSigningKey(ctx, OPERATOR, signingKey)));
    await showStatus(ctx);
  }
  return ended > 0 ? 0 : 1;
}
