import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

const NAME = "rainwire presence";
const REJOIN_MS = 500;
const FAREWELL_MS = 1000;
const NOT_YET = new Set(["ECONNREFUSED", "57P03"]); // 57P03: cannot_connect_now, during crash recovery

/** One idle connection per process that uses the embedded server, so that the others see it is in use. */
export interface Presence {
  /** Whether another process is present, or any other client stays connected for a second. */
  hasOthers(): Promise<boolean>;
  leave(): Promise<void>;
}

/** Connects, waiting until the server accepts or `waitMs` passes, and stays connected (again after a crash) until `leave`. */
export async function enter(url: string, waitMs: number): Promise<Presence> {
  const name = `${NAME} ${randomBytes(6).toString("hex")}`;
  let current: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasLeft = false;

  const join = async (joinWaitMs: number): Promise<void> => {
    const client = await connect(url, name, joinWaitMs);
    if (hasLeft) return client.end();
    current = client;
    client.once("end", rejoinLater);
    keepAlive(client, false);
  };
  const rejoinLater = (): void => {
    if (hasLeft) return;
    timer = setTimeout(() => join(0).catch(rejoinLater), REJOIN_MS).unref();
  };
  await join(waitMs);

  return {
    hasOthers: () => hasOthers(url, name),
    async leave() {
      hasLeft = true;
      clearTimeout(timer);
      if (current === undefined) return;
      keepAlive(current, true);
      await current.end();
    },
  };
}

/** Whether the process stays alive for this connection. */
function keepAlive(client: pg.Client, isOn: boolean): void {
  // safe: both exist since pg 8.7; @types/pg leaves them out.
  const socket = client as pg.Client & { ref(): void; unref(): void };
  if (isOn) socket.ref();
  else socket.unref();
}

async function connect(url: string, name: string, waitMs: number): Promise<pg.Client> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const client = new pg.Client({ connectionString: url, application_name: name });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      if (!NOT_YET.has(code) || Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

async function hasOthers(url: string, name: string): Promise<boolean> {
  const client = await connect(url, name, 0);
  try {
    const deadline = Date.now() + FAREWELL_MS;
    for (;;) {
      const { rows } = await client.query<{ application_name: string }>(
        `select application_name from pg_stat_activity where backend_type = 'client backend' and application_name <> $1`,
        [name],
      );
      if (rows.length === 0) return false;
      const isCertain = rows.some((row) => row.application_name.startsWith(NAME));
      if (isCertain || Date.now() > deadline) return true;
      await delay(20); // a pool that was just closed leaves its backends for some milliseconds
    }
  } finally {
    await client.end();
  }
}
