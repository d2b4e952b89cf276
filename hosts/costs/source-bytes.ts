import { createReadStream } from "node:fs";

/** The bytes of a file, or of standard input where the name is "-". */
export const sourceBytes = (file: string): AsyncIterable<Uint8Array> =>
  file === "-" ? process.stdin : createReadStream(file);
