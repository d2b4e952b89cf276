import type { Database } from "#shared/database/database.ts";
import type { CacheStore } from "./cache-store.ts";
import { closeStore, type IsolateGeneration, oweTags, payOwed, readIsolateGeneration } from "./isolate-generation.ts";
import { endedTag, type Found, keepIn, type SecondTier } from "./second-tier.ts";

export interface IsolateTierOptions {
  readonly store: CacheStore;
  readonly database: Database;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

/** The store as isolates use it, which hear of nothing. */
export interface IsolateTier extends SecondTier {
  /** Told after a commit. Resolves when no isolate reads what was before. Never rejects. */
  touched(tags: readonly string[]): Promise<void>;
}

/** For how long an isolate may read the store after it asked what is owed to it. */
const LEASE_MS = 2_000;
/** When a lease is over for whoever waits for it: an isolate's clock stands still while it computes. */
const OVER_MS = LEASE_MS + 500;
/** For how long the store is left alone after it could not be told. */
const CLOSED_MS = 30_000;

/**
 * What is committed owes the store its tags in the same transaction (`cache_owed`), whoever wrote it. An isolate reads the
 * store for a lease after it asked PostgreSQL and ended there what was owed. A write of ours ends its own tags before it is
 * answered; where it cannot, it waits until the leases of before its commit are over, since whoever asks later has to end
 * them first. Then the store is closed for a while, so that the next writes need not wait.
 */
export function createIsolateTier({
  store,
  database,
  nowMs = Date.now,
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: IsolateTierOptions): IsolateTier {
  let known: IsolateGeneration | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const leased = (): IsolateGeneration | undefined => (nowMs() < askedAtMs + LEASE_MS ? known : undefined);

  /** Undefined when PostgreSQL cannot be asked, or what is owed cannot be ended. */
  async function ask(): Promise<IsolateGeneration | undefined> {
    const atMs = nowMs();
    const life = store.life();
    if (life === undefined) return undefined;
    try {
      const generation = await readIsolateGeneration(database, life, 2 * OVER_MS);
      if (!generation || !(await pay(generation))) return undefined;
      [known, askedAtMs] = [generation, atMs];
      return generation;
    } catch {
      return undefined;
    }
  }

  async function pay({ name, owed, opensInMs }: IsolateGeneration): Promise<boolean> {
    if (owed.length === 0 || opensInMs > 0) return true;
    const tags = new Set(owed.flatMap((one) => one.tags));
    if (await store.end(name, [...tags])) {
      await payOwed(
        database,
        owed.map(({ id }) => id),
      );
      return true;
    }
    await closeStore(database, CLOSED_MS, OVER_MS);
    return false;
  }

  async function look(key: string): Promise<Found | undefined> {
    const now = leased() ?? (await ask());
    if (!now || now.opensInMs > 0) return undefined;
    const found = await store.look(now.name, key);
    return found && { ...found, generation: now.name };
  }

  return {
    look,
    keep: (reads, key, entry) => keepIn(store, reads, key, entry),
    async touched(tags) {
      const ended = tags.map(endedTag);
      const now = leased() ?? (await ask());
      const isClosed = now !== undefined && now.opensInMs > OVER_MS;
      const isEnded = now !== undefined && !isClosed && (await store.end(now.name, ended));
      if (!isEnded) await oweTags(database, ended).catch(() => undefined); // the change itself owes its own
      if (!isEnded && !isClosed) await closeStore(database, CLOSED_MS, OVER_MS).catch(() => undefined);
      // Whoever asked before the store was begun or closed may read what it held then.
      const closedForMs = now && (isEnded || isClosed) ? now.closedForMs + nowMs() - askedAtMs : 0;
      if (closedForMs < OVER_MS) await wait(OVER_MS - closedForMs);
    },
  };
}
