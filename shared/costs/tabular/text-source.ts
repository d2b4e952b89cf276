/** What had to be done before the text of a file could be read. */
export interface TextNote {
  readonly kind: "gzip" | "byte-order-mark" | "encoding" | "delimiter";
  readonly detail: string;
}

export interface TextSource {
  readonly text: AsyncIterable<string>;
  readonly notes: TextNote[];
  /** The first piece of the text, which `text` gives again. */
  readonly start: string;
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Bytes as text: unpacked when gzipped, UTF-8 unless a byte order mark says UTF-16, the mark itself left out. */
export async function decodeText(bytes: AsyncIterable<Uint8Array>): Promise<TextSource> {
  const notes: TextNote[] = [];
  let source = await peekBytes(bytes);
  if (isGzip(source.first)) {
    notes.push({ kind: "gzip", detail: "unpacked" });
    source = await peekBytes(ReadableStream.from(source.all).pipeThrough(new DecompressionStream("gzip") as Unpacking));
  }
  const encoding = encodingOf(source.first);
  if (encoding !== "utf-8") notes.push({ kind: "encoding", detail: encoding });
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const text = await peekText(decode(source.all, decoder));
  const hasMark = text.first.startsWith("\ufeff");
  if (hasMark) notes.push({ kind: "byte-order-mark", detail: "left out" });
  const start = text.first.slice(hasMark ? 1 : 0);
  return { text: withFirst(start, text.rest), notes, start };
}

/** The types of lib.dom and of Node do not agree on what a stream of bytes is made of. */
type Unpacking = ReadableWritablePair<Uint8Array, Uint8Array>;

function encodingOf(first: Uint8Array): string {
  if (first[0] === 0xff && first[1] === 0xfe) return "utf-16le";
  if (first[0] === 0xfe && first[1] === 0xff) return "utf-16be";
  return "utf-8";
}

async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  decoder: InstanceType<typeof TextDecoder>,
): AsyncGenerator<string> {
  try {
    for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SyntaxError(`the file is not written in ${decoder.encoding}: save it as UTF-8`);
  }
}

interface Peeked<Item> {
  readonly first: Item;
  readonly rest: AsyncIterable<Item>;
  /** The first item and the rest. */
  readonly all: AsyncIterable<Item>;
}

/** As much of the beginning as is enough, joined to one piece, without taking it away. */
async function peek<Item extends { length: number }>(
  items: AsyncIterable<Item>,
  isEnough: (first: Item) => boolean,
  join: (a: Item, b: Item) => Item,
): Promise<Peeked<Item>> {
  const iterator = items[Symbol.asyncIterator]();
  let first: Item | undefined;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    first = first === undefined ? next.value : join(first, next.value);
    if (isEnough(first)) break;
  }
  if (first === undefined || first.length === 0) throw new SyntaxError("the file is empty");
  const rest = { [Symbol.asyncIterator]: () => iterator };
  return { first, rest, all: withFirst(first, rest) };
}

const LONGEST_MARK = 3;

const peekBytes = (bytes: AsyncIterable<Uint8Array>) =>
  peek(
    bytes,
    ({ length }) => length >= LONGEST_MARK,
    (a, b) => Uint8Array.of(...a, ...b),
  );

/** Enough to find the first line in, or what a JSON text begins with. */
const ENOUGH_TEXT = 65_536;

const peekText = (text: AsyncIterable<string>) =>
  peek(
    text,
    (first) => first.length >= ENOUGH_TEXT || /\S.*\n/.test(first),
    (a, b) => a + b,
  );

async function* withFirst<Item>(first: Item, rest: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield first;
  yield* rest;
}
