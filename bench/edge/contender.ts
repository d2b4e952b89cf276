import type pg from "pg";
import type { Paths } from "./load-cases.ts";

/** A server under the load. */
export interface Contender {
  readonly name: string;
  readonly port: number;
  readonly paths: Paths;
  /** The processes that serve. */
  readonly pids: readonly number[];
  /** Connections to its database, where it has one. */
  readonly pool?: pg.Pool;
  /** Whether there is anything to fill before it is measured. */
  readonly keepsAnswers: boolean;
  /** Of each user, header lines that sign them in for the next minutes. */
  signIn(): Promise<readonly string[]>;
  /** Side effects of writes that have not happened yet. */
  unfinished(): Promise<number>;
  close(): Promise<void>;
}
