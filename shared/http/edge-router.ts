import type { Result, Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";

/**
 * Hono's fastest router takes no fixed path beside a parameter's (`/v1/dead-letters/replay`,
 * `/v1/dead-letters/{id}/replay`), so fixed paths have one of their own, which is asked first.
 */
class FixedFirstRouter<T> implements Router<T> {
  readonly name = "FixedFirstRouter";
  readonly #fixed = new RegExpRouter<T>();
  readonly #others = new RegExpRouter<T>();
  readonly #fixedPaths = new Set<string>();

  add(method: string, path: string, handler: T): void {
    const isFixed = !/[:*]/.test(path);
    if (isFixed) this.#fixedPaths.add(`${method} ${path}`);
    if (isFixed || path.endsWith("*")) this.#fixed.add(method, path, handler);
    if (!isFixed) this.#others.add(method, path, handler);
  }

  match(method: string, path: string): Result<T> {
    return (this.#fixedPaths.has(`${method} ${path}`) ? this.#fixed : this.#others).match(method, path);
  }
}

/** For an edge: what the fastest router cannot tell apart, a slower one does. */
export const createEdgeRouter = <T>(): Router<T> =>
  new SmartRouter<T>({ routers: [new FixedFirstRouter<T>(), new TrieRouter<T>()] });
