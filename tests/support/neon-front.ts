import pg from "pg";
import { z } from "zod";

/**
 * Neon's SQL over HTTP (`POST /sql`) before a real PostgreSQL, as its driver 1.2.0 speaks it: raw text values with
 * their type ids, array mode, and a batch as one transaction.
 */
export interface NeonFront {
  answer(request: { method: string; url: string; headers: Headers; text(): Promise<string> }): Promise<Response>;
  close(): Promise<void>;
}

const Query = z.object({ query: z.string(), params: z.array(z.unknown()) });
const Body = z.union([Query, z.object({ queries: z.array(Query) })]);

const ISOLATION: Record<string, string> = {
  ReadUncommitted: "read uncommitted",
  ReadCommitted: "read committed",
  RepeatableRead: "repeatable read",
  Serializable: "serializable",
};

/** @param databaseUrl what is really connected to, whatever the driver's connection string says */
export function neonFront(databaseUrl: string): NeonFront {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 8,
    application_name: "neon-front",
    options: "-c timezone=GMT", // Neon's default
    types: { getTypeParser: () => (text: unknown) => text },
  });
  pool.on("error", () => undefined);

  const run = async (client: pg.Pool | pg.PoolClient, { query, params }: z.infer<typeof Query>) => {
    const result = await client.query({ text: query, values: params, rowMode: "array" });
    return {
      command: result.command,
      rowCount: result.rowCount,
      rowAsArray: true,
      rows: result.rows,
      fields: result.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID })),
    };
  };

  async function runBatch(queries: z.infer<typeof Query>[], isolation: string) {
    const client = await pool.connect();
    try {
      await client.query(`begin isolation level ${ISOLATION[isolation] ?? "read committed"}`);
      const results = [];
      for (const query of queries) results.push(await run(client, query));
      await client.query("commit");
      return { results };
    } catch (error) {
      await client.query("rollback");
      throw error;
    } finally {
      client.release();
    }
  }

  return {
    async answer(request) {
      const { headers } = request;
      if (request.method !== "POST" || new URL(request.url).pathname !== "/sql")
        return new Response(null, { status: 404 });
      if (!headers.get("neon-connection-string")?.startsWith("postgres")) {
        return Response.json({ message: "no Neon-Connection-String" }, { status: 400 });
      }
      if (headers.get("neon-raw-text-output") !== "true" || headers.get("neon-array-mode") !== "true") {
        return Response.json({ message: "this front speaks raw text in array mode only" }, { status: 400 });
      }
      const body = Body.parse(JSON.parse(await request.text()));
      try {
        return Response.json(
          "queries" in body
            ? await runBatch(body.queries, headers.get("neon-batch-isolation-level") ?? "")
            : await run(pool, body),
        );
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        return Response.json({ ...error, message: error.message }, { status: 400 });
      }
    },
    close: () => pool.end(),
  };
}
