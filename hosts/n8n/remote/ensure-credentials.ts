import { N8nApiError } from "#shared/adapters/n8n/n8n-api.ts";
import type { N8nAuthoring, NewCredential, StoredCredential } from "#shared/adapters/n8n/n8n-authoring.ts";
import { findCredential } from "./render.ts";

export interface EnsuredCredential extends StoredCredential {
  outcome: "matched" | "created" | "renewed";
}

export interface EnsureCredentialsInput {
  /** What n8n is known to hold. */
  stored: readonly StoredCredential[];
  /** What the workflows name. */
  needed: readonly StoredCredential[];
  /** Those that Rainwire has the values of. */
  ours: readonly NewCredential[];
  /** Writes the values of ours again where they are there: n8n does not tell whether they still are the host's. */
  shouldRenew: boolean;
}

/**
 * Matches each credential by type and name, and creates those of ours that n8n lacks. Throws, naming it, when n8n lacks
 * one whose value Rainwire does not have.
 */
export async function ensureCredentials(
  authoring: N8nAuthoring,
  { stored, needed, ours, shouldRenew }: EnsureCredentialsInput,
): Promise<EnsuredCredential[]> {
  const ensured: EnsuredCredential[] = [];
  for (const use of needed) {
    const own = ours.find(({ name, type }) => name === use.name && type === use.type);
    const known = findCredential(stored, use);
    const created = known === undefined && own !== undefined && (await createUnlessThere(authoring, own));
    const { id, name, type } = known ?? own ?? missing(use);
    const isRenewed = own !== undefined && shouldRenew && !created;
    if (isRenewed) await authoring.updateCredential(id, own.data);
    ensured.push({ id, name, type, outcome: created ? "created" : isRenewed ? "renewed" : "matched" });
  }
  return ensured;
}

/** False when the id is taken: a key that may not list credentials learns only so that one is there. */
async function createUnlessThere(authoring: N8nAuthoring, credential: NewCredential): Promise<boolean> {
  try {
    await authoring.createCredential(credential);
    return true;
  } catch (error) {
    if (error instanceof N8nApiError && error.status === 409) return false;
    throw error;
  }
}

function missing({ name, type }: StoredCredential): never {
  throw new Error(
    `A workflow needs the credential "${name}" (${type}), which this n8n lacks: make it there, then push.`,
  );
}
