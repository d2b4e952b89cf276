import { type Statement, sql } from "#shared/database/sql.ts";

/** Whether event `e` is one that endpoint `w` subscribed to. */
export const isSubscribed: Statement = sql`(w.event_types && array[e.name, split_part(e.name, '.', 1) || '.*', '*']
  and (w.subject_like is null or e.subject like w.subject_like))`;

/** A glob, in which `*` stands for anything, as LIKE wants it. */
export const likeOf = (glob: string): string => glob.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
