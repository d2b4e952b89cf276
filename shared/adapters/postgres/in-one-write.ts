import type pg from "pg";

/** Node writes what is sent meanwhile to the connection's socket at once: a write costs more than a statement's bytes. */
export function inOneWrite<T>(client: pg.ClientBase, send: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: NodeJS.WritableStream & Corkable } }).connection; // safe: node-postgres' own (lib/client.js)
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}

interface Corkable {
  cork(): void;
  uncork(): void;
}
