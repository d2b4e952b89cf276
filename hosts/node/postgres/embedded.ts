import { realpath } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { findPostgresBinaries, type PostgresBinaries } from "./binaries.ts";
import {
  clusterOwner,
  type DataDirectory,
  dataDirectory,
  EMBEDDED_DATABASE,
  EMBEDDED_USER,
  isClusterPresent,
  makeDataDirectory,
  readCredentials,
  refuseOtherMajor,
  writeCredentials,
} from "./data-directory.ts";
import { withFileLock } from "./file-lock.ts";
import { initialiseCluster } from "./initialise-cluster.ts";
import { enter } from "./presence.ts";
import { type RunningServer, runningServer } from "./server-processes.ts";
import { startServer, stopServer } from "./start-server.ts";
import { type SystemUser, unprivilegedUser } from "./unprivileged-user.ts";

const RECOVERY_MS = 600_000;

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Only for a server started by this call. Default: the port used last, else a free one. */
  readonly port?: number;
  /** Settings of postgresql.conf over Rainwire's own, only for a server started by this call. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly url: string; // superuser of the database "rainwire", on 127.0.0.1
  readonly version: string; // "18.4"
  readonly isOwner: boolean; // this call started the server
  /** Stops the server unless another client is connected; the last one out turns off the light. Close your pools first. */
  stop(): Promise<"stopped" | "left running">;
}

/**
 * A real PostgreSQL whose data lives in `dataDir`: started here, or joined where another process has started it. The server is detached and
 * survives a kill -9 of this process. Throws, saying how to mend it, for data of another major version, an unsupported platform, or a directory of another user.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = dataDirectory(options.dataDir);
  await makeDataDirectory(directory);
  return withFileLock(directory.lock, () => startOrJoin(directory, options));
}

/** Stops the server of `dataDir` at once, whoever is connected, as a crash would; for tests. No server: nothing happens. */
export async function stopEmbeddedPostgres(dataDir: string): Promise<void> {
  const directory = dataDirectory(dataDir);
  if (!(await isClusterPresent(directory))) return;
  await withFileLock(directory.lock, async () => {
    const cluster = await realpath(directory.cluster);
    if ((await runningServer(cluster)) === undefined) return;
    const { binaries, user } = await findTools(directory);
    await stopServer(cluster, binaries, user, "immediate");
  });
}

async function findTools(
  directory: DataDirectory,
): Promise<{ binaries: PostgresBinaries; user: SystemUser | undefined }> {
  const user = (await clusterOwner(directory)) ?? (await unprivilegedUser());
  return { user, binaries: await findPostgresBinaries(user) };
}

async function startOrJoin(directory: DataDirectory, options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { binaries, user } = await findTools(directory);
  await refuseOtherMajor(directory, binaries.major);
  const { settings = {} } = options;
  const { password, port: lastPort } = await readCredentials(directory);
  if (!(await isClusterPresent(directory))) {
    await initialiseCluster(directory, binaries, user, password, settings.fsync !== "off");
  }

  const cluster = await realpath(directory.cluster); // PostgreSQL's user may be unable to follow the link
  const found = await runningServer(cluster);
  const server =
    found === undefined
      ? await startServer({ cluster, binaries, user, settings, fixedPort: options.port, lastPort })
      : await untilPortIsKnown(cluster, found);
  if (server.port !== lastPort) await writeCredentials(directory, { password, port: server.port });

  const urlOf = (database: string): string =>
    `postgres://${EMBEDDED_USER}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;
  const presence = await enter(urlOf("postgres"), RECOVERY_MS);
  const version = await prepareDatabase(urlOf("postgres"));

  const stop = (): Promise<"stopped" | "left running"> =>
    withFileLock(directory.lock, async () => {
      const isRunning = (await runningServer(cluster)) !== undefined;
      const isNeeded = isRunning && (await presence.hasOthers());
      await presence.leave();
      if (isNeeded) return "left running";
      if (isRunning) await stopServer(cluster, binaries, user, "fast");
      return "stopped";
    });
  let stopping: ReturnType<typeof stop> | undefined;
  return {
    url: urlOf(EMBEDDED_DATABASE),
    version,
    isOwner: found === undefined,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** A server whose starter was killed at that moment has its process id on file before its port. */
async function untilPortIsKnown(cluster: string, found: RunningServer): Promise<RunningServer> {
  let server: RunningServer | undefined = found;
  while (server !== undefined && server.port === 0) {
    await delay(20);
    server = await runningServer(cluster);
  }
  if (server === undefined) throw new Error(`PostgreSQL in ${cluster} ended while it started; its log is there.`);
  return server;
}

async function prepareDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; has_database: boolean }>(
      `select split_part(current_setting('server_version'), ' ', 1) as version,
              exists (select from pg_database where datname = $1) as has_database`,
      [EMBEDDED_DATABASE],
    );
    if (rows[0]?.has_database === false) await client.query(`create database ${EMBEDDED_DATABASE}`);
    return rows[0]?.version ?? "";
  } finally {
    await client.end();
  }
}
