/** A place in the manifest's text; both count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic extends Position {
  readonly file: string;
  /** What is wrong, why, and how to mend it where that is not plain. */
  readonly message: string;
}

export interface Diagnostics {
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** Where the checks put what they find. */
export interface Report {
  error(at: Position, message: string): void;
  warn(at: Position, message: string): void;
}

/** A report that keeps everything; `sorted()` gives it in the order of the text. */
export interface DiagnosticLog extends Report {
  sorted(): Diagnostics;
}

/** Makes a log for one file; `file` is the name that messages begin with. */
export function createDiagnosticLog(file: string): DiagnosticLog {
  const errors: Diagnostic[] = [];
  const warnings: Diagnostic[] = [];
  return {
    error: ({ line, column }, message) => errors.push({ file, line, column, message }),
    warn: ({ line, column }, message) => warnings.push({ file, line, column, message }),
    sorted: () => ({ errors: errors.toSorted(byPosition), warnings: warnings.toSorted(byPosition) }),
  };
}

/** `file:line:column: message`, which terminals and editors turn into a link. */
export function formatDiagnostic({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}`;
}

function byPosition(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
