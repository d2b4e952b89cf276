/** `from "x"` of a statement that begins its line, `import "x"`, and the `import("x")` of a type or of code. */
const SPECIFIER =
  /^((?:import|export)\s+(?:type\s+)?[\w$*{},\s]+?\sfrom\s+|import\s+)"([^"\n]+)"|(\bimport\()"([^"\n]+)"(?=\))/gm;

/** The modules that a source file names, each once, as they are written. */
export function importsOf(source: string): string[] {
  return [...new Set([...source.matchAll(SPECIFIER)].flatMap((match) => match[2] ?? match[4] ?? []))];
}

/** The source with each module's name replaced by what `rename` answers for it. */
export function rewriteImports(source: string, rename: (specifier: string) => string): string {
  return source.replace(
    SPECIFIER,
    (_, statement: string | undefined, from: string | undefined, call: string | undefined, inner: string | undefined) =>
      `${statement ?? call ?? ""}"${rename(from ?? inner ?? "")}"`,
  );
}
