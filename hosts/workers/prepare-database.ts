import { join } from "node:path";
import pg from "pg";
import { loadManifest } from "#hosts/manifest/load.ts";
import { requireEnv, resolveEnv } from "#hosts/node/environment.ts";
import { loadHandlers } from "#hosts/node/handlers.ts";
import { migrate } from "#hosts/node/postgres/migrate.ts";
import { ensureFirstAccount, type FirstAccount } from "#shared/accounts/first-run.ts";
import { keepHistory } from "#shared/events/keep-history.ts";
import { registerSubscriptions } from "#shared/events/subscribe.ts";
import { jsonLogger } from "#shared/kernel/logger.ts";
import { createInstance } from "#shared/runtime/create-instance.ts";

export interface PrepareOptions {
  /** Where `raindrop.manifest`, the handlers and `migrations/` lie. */
  readonly rootDir: string;
  readonly environment: NodeJS.Dict<string>;
  readonly say: (line: string) => void;
}

/**
 * Does for a deployment on Workers what the Node host does when it starts, over PostgreSQL's own protocol: migrations,
 * the observers' subscriptions, partitions. Each step may be repeated.
 * @returns on an empty database only: the first account, whose secrets are kept nowhere
 */
export async function prepareDatabase({ rootDir, environment, say }: PrepareOptions): Promise<FirstAccount | null> {
  const manifest = loadManifest(join(rootDir, "raindrop.manifest"), say);
  const handlers = await loadHandlers(manifest, rootDir);
  const env = requireEnv(manifest, resolveEnv(manifest, environment, {}));
  const client = new pg.Client({ connectionString: env.DATABASE_URL, application_name: "rainwire-prepare" });
  await client.connect();
  try {
    const { applied } = await migrate(client, join(import.meta.dirname, "../../migrations"));
    say(applied.length > 0 ? `applied migrations: ${applied.join(", ")}` : "no new migration");
  } finally {
    await client.end();
  }
  const log = jsonLogger(say, (level) => level === "error");
  const instance = await createInstance(env, { log, usage: { record: () => undefined } });
  try {
    const { database, auth } = instance;
    await keepHistory(database);
    const observers = handlers.flatMap(({ declaration, subscription }) =>
      declaration.kind === "observer" && declaration.source.kind === "queue" && subscription
        ? [{ queue: declaration.source.queue, subscription }]
        : [],
    );
    await registerSubscriptions(database, observers);
    say(`registered the subscriptions of ${observers.length} observers`);
    return await ensureFirstAccount({ auth, database });
  } finally {
    await instance.close();
  }
}
