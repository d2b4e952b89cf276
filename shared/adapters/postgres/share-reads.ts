import type pg from "pg";
import { inOneWrite } from "./in-one-write.ts";

/** Connections that read for many at once; more readings than these gather for the next that is free. */
const GROUPS_AT_ONCE = 2;
/** Readings in a group: each waits for those before it. */
const MOST_TOGETHER = 16;

interface Waiting {
  readonly queries: readonly pg.QueryConfig[];
  resolve(results: Promise<pg.QueryArrayResult[]>): void;
  reject(error: unknown): void;
}

/**
 * Readings that come at the same time travel together: on one connection, in one write, answered one after the other.
 * Each is by itself all the same, so that one which fails fails alone. Alone a reading leaves at once.
 */
export function shareReads(pool: pg.Pool): (queries: readonly pg.QueryConfig[]) => Promise<pg.QueryArrayResult[]> {
  const waiting: Waiting[] = [];
  let underWay = 0;

  async function readAll(): Promise<void> {
    underWay += 1;
    await Promise.resolve(); // what is asked for in the same turn travels along
    while (waiting.length > 0) await readGroup();
    underWay -= 1;
  }

  async function readGroup(): Promise<void> {
    let client: pg.PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      for (const { reject } of waiting.splice(0, MOST_TOGETHER)) reject(error);
      return;
    }
    const group = waiting.splice(0, MOST_TOGETHER);
    const sent = inOneWrite(client, () =>
      group.map(({ queries, resolve }) => {
        const results = Promise.all(queries.map((query) => client.query(query)));
        resolve(results as unknown as Promise<pg.QueryArrayResult[]>); // safe: rowMode is array
        return results;
      }),
    );
    await Promise.allSettled(sent);
    client.release();
  }

  return (queries) =>
    new Promise((resolve, reject) => {
      waiting.push({ queries, resolve, reject });
      if (underWay < GROUPS_AT_ONCE) readAll();
    });
}
