import type { Paths } from "./load-cases.ts";

/** A server under the load. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly paths: Paths;
  /** Of each user, header lines that sign them in. */
  readonly headers: readonly string[];
  /** The processes that serve. */
  readonly pids: readonly number[];
  /** Side effects of writes that have not happened yet. */
  unfinished(): Promise<number>;
  close(): Promise<void>;
}
