import { timestamp } from "drizzle-orm/pg-core";

/** A column that holds an instant, to the microsecond. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 6 });
