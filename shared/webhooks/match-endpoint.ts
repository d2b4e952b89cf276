import { type Statement, sql } from "#shared/database/sql.ts";

/** Whether event `e` is one that endpoint `w` subscribed to. */
export const isSubscribed: Statement = sql`rainwire_is_subscribed(w.event_types, w.subject_like, e.name, e.subject)`;

/** A glob, in which `*` stands for anything, as LIKE wants it. */
export const likeOf = (glob: string): string => glob.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
