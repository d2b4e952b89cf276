import { Cron } from "croner";

/** The macros that have an equal in five fields. `@reboot` has none: a host's start is no time. */
const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Any fixed moment will do to ask whether an expression ever fires. */
const EPOCH = new Date(0);

export type CronReading =
  | { readonly outcome: "cron"; readonly cron: string }
  | { readonly outcome: "macro"; readonly cron: string }
  | { readonly outcome: "wrong"; readonly why: string };

/** Reads a cron expression of five fields (minute hour day month weekday, UTC), or a macro that stands for one. */
export function readCron(written: string): CronReading {
  const fields = written.trim().split(/\s+/);
  const cron = fields.join(" ");
  if (cron.startsWith("@")) {
    const meant = Object.hasOwn(MACROS, cron.toLowerCase()) ? MACROS[cron.toLowerCase()] : undefined;
    if (meant !== undefined) return { outcome: "macro", cron: meant };
    return { outcome: "wrong", why: "it is no known macro; write five fields: minute hour day month weekday" };
  }
  if (cron === "" || fields.length !== 5) {
    const count = cron === "" ? 0 : fields.length;
    const why = `it takes five fields (minute hour day month weekday) and has ${count}`;
    return { outcome: "wrong", why };
  }
  if (cron.includes("?")) return { outcome: "wrong", why: '"?" means another thing on every host; write "*"' };
  try {
    const fires = new Cron(cron, { mode: "5-part", timezone: "UTC", paused: true }).nextRun(EPOCH) !== null;
    return fires ? { outcome: "cron", cron } : { outcome: "wrong", why: "no date ever matches it" };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    return { outcome: "wrong", why };
  }
}
