import type pg from "pg";

const BATCH_BYTES = 256 * 1024;

interface CopyConnection extends pg.Connection {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** What pg's client calls on the query that it runs; see pg/lib/query.js. */
abstract class CopyQuery implements pg.Submittable {
  readonly finished: Promise<void>;
  protected connection: CopyConnection | undefined;
  readonly #sql: string;
  readonly #settle: { resolve: () => void; reject: (error: Error) => void };

  constructor(sql: string) {
    this.#sql = sql;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#settle = { resolve, reject };
    this.finished = promise;
    promise.catch(() => undefined);
  }

  submit(connection: pg.Connection): void {
    // safe: pg's Connection has these methods (pg/lib/connection.js); @types/pg leaves them out.
    this.connection = connection as CopyConnection;
    this.connection.query(this.#sql);
  }

  handleError(error: Error): void {
    this.#settle.reject(error);
  }

  handleReadyForQuery(): void {
    this.#settle.resolve();
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyInResponse(_connection: pg.Connection): void {}
  handleCopyData(_message: { chunk: Buffer }): void {}
}

class CopyOut extends CopyQuery {
  readonly #onRows: (rows: Buffer) => Promise<void>;
  #parts: Buffer[] = [];
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();
  rowCount = 0;

  constructor(sql: string, onRows: (rows: Buffer) => Promise<void>) {
    super(sql);
    this.#onRows = onRows;
  }

  override handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.#parts.push(Buffer.from(chunk)); // pg reuses the memory of its chunks
    this.#bytes += chunk.length;
    this.rowCount += 1;
    if (this.#bytes >= BATCH_BYTES) this.#flush();
  }

  async end(): Promise<void> {
    await this.finished;
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    const rows = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    this.connection?.stream.pause();
    this.#writing = this.#writing.then(() => this.#onRows(rows));
    this.#writing.catch(() => undefined).then(() => this.connection?.stream.resume());
  }
}

class CopyIn extends CopyQuery {
  readonly ready: Promise<void>;
  readonly #start: () => void;

  constructor(sql: string) {
    super(sql);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#start = resolve;
  }

  override handleCopyInResponse(): void {
    this.#start();
  }

  async send(chunk: Buffer): Promise<void> {
    this.connection?.sendCopyFromChunk(chunk);
    if (this.connection?.stream.writableNeedDrain !== true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.connection.stream.once("drain", resolve);
    await Promise.race([promise, this.finished]);
  }

  async end(): Promise<void> {
    this.connection?.endCopyFrom();
    await this.finished;
  }

  async fail(reason: string): Promise<void> {
    this.connection?.sendCopyFail(reason);
    await this.finished.catch(() => undefined);
  }
}

/** Runs a `COPY … TO STDOUT` and hands its text rows on in batches of whole rows, no faster than `onRows` takes them. Returns the row count. */
export async function copyOut(
  client: pg.ClientBase,
  sql: string,
  onRows: (rows: Buffer) => Promise<void>,
): Promise<number> {
  const query = client.query(new CopyOut(sql, onRows));
  await query.end();
  return query.rowCount;
}

/** Runs a `COPY … FROM STDIN` with the rows of `chunks`; when they fail, the COPY fails with them. */
export async function copyIn(client: pg.ClientBase, sql: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const query = client.query(new CopyIn(sql));
  await Promise.race([query.ready, query.finished]);
  try {
    for await (const chunk of chunks) await query.send(chunk);
  } catch (error) {
    await query.fail("the input ended early");
    throw error;
  }
  await query.end();
}
