import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";

const NEWLINE = 0x0a;
const CHUNK_BYTES = 256 * 1024;

/** Reads an export's lines and rows one after the other, without ever holding the whole of it. */
export class DumpReader {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #close: () => void;
  #pending: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    const source = createReadStream(file);
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    source.on("error", (error) => gunzip.destroy(error));
    source.pipe(gunzip);
    this.#chunks = gunzip[Symbol.asyncIterator]();
    this.#close = () => {
      source.destroy();
      gunzip.destroy();
    };
  }

  close(): void {
    this.#close();
  }

  /** The next line as JSON. Throws at the end of the file. */
  async json(): Promise<unknown> {
    const parts: Buffer[] = [];
    for (;;) {
      const end = this.#pending.indexOf(NEWLINE);
      if (end !== -1) {
        parts.push(this.#pending.subarray(0, end));
        this.#pending = this.#pending.subarray(end + 1);
        return JSON.parse(Buffer.concat(parts).toString("utf8"));
      }
      parts.push(this.#pending);
      this.#pending = await this.#next();
    }
  }

  /** The bytes of the rows up to the line `\.`, in pieces that need not end with a row; returns the number of rows. */
  async *rows(): AsyncGenerator<Buffer, number> {
    let rowCount = 0;
    let isLineStart = true;
    for (;;) {
      let lineStart = 0;
      for (let end = this.#pending.indexOf(NEWLINE); end !== -1; end = this.#pending.indexOf(NEWLINE, lineStart)) {
        if (isLineStart && end - lineStart === 2 && isEndOfRows(this.#pending, lineStart)) {
          const rest = this.#pending.subarray(0, lineStart);
          this.#pending = this.#pending.subarray(end + 1);
          if (rest.length > 0) yield rest;
          return rowCount;
        }
        rowCount += 1;
        isLineStart = true;
        lineStart = end + 1;
      }
      const tailBytes = this.#pending.length - lineStart;
      const isUndecided = isLineStart && tailBytes <= 2;
      const whole = isUndecided ? this.#pending.subarray(0, lineStart) : this.#pending;
      const kept = isUndecided ? this.#pending.subarray(lineStart) : Buffer.alloc(0);
      if (!isUndecided) isLineStart = false;
      if (whole.length > 0) yield whole;
      this.#pending = Buffer.concat([kept, await this.#next()]);
    }
  }

  async #next(): Promise<Buffer> {
    const { value, done } = await this.#chunks.next();
    if (done === true) throw new Error("the file ends too early");
    return value;
  }
}

function isEndOfRows(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x5c && bytes[at + 1] === 0x2e;
}
