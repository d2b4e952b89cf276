import { isFailure } from "#shared/kernel/errors.ts";
import { type KeysContext, publishKey } from "#shared/tokens/publish-key.ts";
import { readSigningKeys, requestRotation, type SigningKey } from "#shared/tokens/rotate-signing-keys.ts";

export const OPERATOR = { cause: { actor: "system:npm-run-tokens", traceparent: "" }, guards: [] } as const;

/** What happens to a key next, and when. */
function nextOf(key: SigningKey): string {
  switch (key.phase) {
    case "published":
      return `signs at ${key.promotesAt.toISOString()}, or on approval from ${key.promotableAt.toISOString()} on`;
    case "signing":
      return `its successor signs at ${key.retiresAt?.toISOString()}`;
    case "retired":
      return `its last token ends before ${key.leavesAt?.toISOString()}`;
  }
}

export async function showStatus({ db }: KeysContext): Promise<number> {
  const { keys, nowMs } = await readSigningKeys(db);
  console.log(`${new Date(nowMs).toISOString()}, by the database's clock`);
  if (keys.length === 0) console.log("no signing key yet: the first token or JWKS makes it");
  for (const key of keys) console.log(`${key.id}  ${key.alg}  ${key.phase.padEnd(9)}  ${nextOf(key)}`);
  return 0;
}

export async function rotateNow(
  ctx: KeysContext,
  { isNow, note }: { isNow: boolean; note: string | null },
): Promise<number> {
  if (isNow) {
    console.log(`published ${await publishKey(ctx, OPERATOR, true)}`);
    return await showStatus(ctx);
  }
  const asked = await requestRotation(ctx, OPERATOR, note);
  console.log(
    isFailure(asked) ? (asked.detail ?? asked.failure) : `asked for; ${asked.keyId} signs until it is approved`,
  );
  return isFailure(asked) ? 1 : 0;
}
