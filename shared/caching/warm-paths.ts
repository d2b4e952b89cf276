import type { Scope } from "#shared/accounts/scopes.ts";
import type { Database } from "#shared/database/database.ts";
import type { TokenState } from "#shared/tokens/token-state.ts";

export const MOST_WARMED = 100;
const AT_ONCE = 8;

/** Who reads ahead for a tenant on the platform's behalf: it can do no more than read, for a minute. */
const WARMER = "cache-warmer";
const WARMER_SCOPES: readonly Scope[] = ["goals:read", "interactions:read", "mappings:read"];
const WARMER_MS = 60_000;

export interface WarmedPath {
  path: string;
  status: number;
  cacheStatus: string | null;
}

/**
 * Asks the API for what is to be kept before somebody needs it; what is kept already stays.
 * @param headers with the credential under which it is asked for
 */
export async function warmPaths(
  ask: (request: Request) => Promise<Response>,
  origin: string,
  headers: Headers,
  paths: readonly string[],
): Promise<WarmedPath[]> {
  const warm = async (path: string): Promise<WarmedPath> => {
    const answer = await ask(new Request(new URL(path, origin), { headers }));
    await answer.body?.cancel();
    return { path, status: answer.status, cacheStatus: answer.headers.get("cache-status") };
  };
  const answers: WarmedPath[] = [];
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    answers.push(...(await Promise.all(paths.slice(i, i + AT_ONCE).map(warm))));
  }
  return answers;
}

/** The credential with which the platform reads ahead for a tenant. */
export async function warmerHeaders(
  { tokens, db }: { tokens: TokenState; db: Database },
  tenantId: string,
): Promise<Headers> {
  const claims = { sub: `key:${WARMER}`, keyId: WARMER, tenantId, scope: WARMER_SCOPES.join(" ") };
  return new Headers({ authorization: `Bearer ${await tokens.sign(db, claims, WARMER_MS)}` });
}
