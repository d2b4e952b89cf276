import type { Marker } from "./marker.ts";

/** How a workflow of ours compares with the one on an n8n, given what was pushed last. */
export type Decision =
  | "missing" // not there: create it
  | "unchanged"
  | "changed_here" // update it
  | "changed_there" // edited in n8n since the last push
  | "changed_both"
  | "unmarked" // there by name, with other content, and never pushed or its note is gone
  | "adopt" // the same content, but without a marker that says so
  | "ambiguous"; // several fit

export interface Compared {
  localHash: string;
  remote?: { hash: string; marker: Pick<Marker, "pushedHash" | "storedHash"> | undefined };
  isAmbiguous?: boolean;
}

/** Never says that content may be written over which a push did not put there. */
export function decide({ localHash, remote, isAmbiguous = false }: Compared): Decision {
  if (isAmbiguous) return "ambiguous";
  if (remote === undefined) return "missing";
  const { hash, marker } = remote;
  if (marker === undefined) return hash === localHash ? "adopt" : "unmarked";
  const isChangedThere = hash !== marker.storedHash;
  const isChangedHere = localHash !== marker.pushedHash;
  if (isChangedThere) {
    if (hash === localHash) return "adopt";
    return isChangedHere ? "changed_both" : "changed_there";
  }
  return isChangedHere ? "changed_here" : "unchanged";
}

/** What a push refuses unless it is told to overwrite. */
export const isConflict = (decision: Decision): boolean =>
  decision === "changed_there" || decision === "changed_both" || decision === "unmarked" || decision === "ambiguous";

/** As people read it. */
export const DECISION_WORDS: Record<Decision, string> = {
  missing: "missing there",
  unchanged: "same",
  changed_here: "changed here",
  changed_there: "changed there",
  changed_both: "changed here and there",
  unmarked: "there, but not pushed by Rainwire",
  adopt: "same, not marked yet",
  ambiguous: "several fit",
};
