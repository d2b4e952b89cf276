import { table } from "../report/cells.ts";
import type { SignInFigures } from "./sign-in-check.ts";

/** For an access token: its median cold, and the mean memoised. */
export const SIGN_IN_TARGETS = { coldMs: 0.15, memoisedMs: 0.01 };

export const signInTable = ({ checks, signatureP50Ms }: SignInFigures): string[] =>
  table(
    ["sign-in check in the process", "cold p50 ms", "cold p99 ms", "memoised ms"],
    [
      ...checks.map(({ name, coldP50Ms, coldP99Ms, memoisedMs }) => [
        name,
        coldP50Ms.toFixed(3),
        coldP99Ms.toFixed(3),
        memoisedMs.toFixed(4),
      ]),
      ["an Ed25519 signature alone", signatureP50Ms.toFixed(3), "", ""],
    ],
  );
