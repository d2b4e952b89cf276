export type LogFields = Record<string, string | number | boolean | null | undefined>;
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Structured log lines; each call returns how long its line was, 0 below the level. Secrets and payloads never go in. */
export interface Logger {
  debug(message: string, fields?: LogFields): number;
  info(message: string, fields?: LogFields): number;
  warn(message: string, fields?: LogFields): number;
  error(message: string, fields?: LogFields): number;
  with(fields: LogFields): Logger;
  /** Whether a line of the level is written, for whoever has to gather its fields first. */
  isEnabled(level: LogLevel): boolean;
}

/** A logger that hands each JSON line to `write`. */
export function jsonLogger(
  write: (line: string) => void,
  isEnabled: (level: LogLevel) => boolean,
  base: LogFields = {},
): Logger {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (!isEnabled(level)) return 0;
    const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...base, ...fields });
    write(line);
    return line.length;
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => jsonLogger(write, isEnabled, { ...base, ...fields }),
    isEnabled,
  };
}
