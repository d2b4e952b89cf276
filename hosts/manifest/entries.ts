import type { Handler } from "./manifest.ts";

/** Says whether a file exists; `path` is relative to the manifest's folder, with "/" between folders. */
export type HasFile = (path: string) => boolean;

const FOLDERS: Readonly<Record<Handler["kind"], string>> = {
  service: "functions",
  observer: "events/observers",
  task: "events/tasks",
};

export const HANDLER_KINDS: readonly Handler["kind"][] = ["service", "observer", "task"];

/** Where a handler's file may lie: in Rainwire's layout, else in the one that the Raindrop CLI lays out. */
export function possibleEntries(kind: Handler["kind"], name: string): readonly [rainwire: string, raindrop: string] {
  return [`${FOLDERS[kind]}/${name}/index.ts`, `src/${name}/index.ts`];
}

/** The handler's file: the first that exists, or Rainwire's own place when nobody can say what exists. */
export function findEntry(kind: Handler["kind"], name: string, folders: HasFile | undefined): string | undefined {
  const possible = possibleEntries(kind, name);
  return folders === undefined ? possible[0] : possible.find(folders);
}
