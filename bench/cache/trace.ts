import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";

/** Requests in their order, each for a key by its number. */
export interface Trace {
  readonly name: string;
  readonly requests: Uint32Array;
  /** By number; all 1 where the trace names none. */
  readonly sizes: Float64Array;
  readonly hasSizes: boolean;
}

/** Makes a trace of keys as they come. */
export function createTraceBuilder(name: string) {
  const numbers = new Map<string, number>();
  const sizes: number[] = [];
  let requests = new Uint32Array(1 << 16);
  let count = 0;
  let hasSizes = false;
  return {
    add(key: string, size?: number): void {
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
        sizes.push(size ?? 1); // the first size stands
      }
      if (size !== undefined) hasSizes = true;
      if (count === requests.length) {
        const larger = new Uint32Array(requests.length * 2);
        larger.set(requests);
        requests = larger;
      }
      requests[count++] = number;
    },
    build: (): Trace => ({ name, requests: requests.subarray(0, count), sizes: Float64Array.from(sizes), hasSizes }),
  };
}

/** Reads `key` or `key size` a line, separated by blanks, commas or tabs; empty lines and those with # are passed over. */
export async function readTrace(path: string): Promise<Trace> {
  const builder = createTraceBuilder(basename(path));
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    const trimmed = text.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const [key = "", size] = trimmed.split(/[\s,]+/);
    if (size === undefined) {
      builder.add(key);
      continue;
    }
    const bytes = Number(size);
    if (!(bytes > 0)) throw new Error(`${path}:${line}: the size "${size}" is not a number above 0.`);
    builder.add(key, bytes);
  }
  return builder.build();
}
