import { DatabaseSync } from "node:sqlite";

export interface Arrival {
  /** The stable id: the execution's, the same for every attempt. */
  webhookId: string;
  eventId: string;
  subject: string;
  subjectVersion: number;
}

export interface Effects {
  /** Takes the effect unless it was taken before. @returns whether this was the first */
  take(arrival: Arrival): boolean;
  count(): number;
  /** Events whose effect was taken under more than one stable id. */
  takenTwice(): string[];
  /** Effects that came after one of a later version of their subject. */
  outOfOrder(): string[];
  has(eventId: string): boolean;
  close(): void;
}

/** The receiver's own store: what it did, by stable id, in the order in which it did it. */
export function openEffects(path: string): Effects {
  const store = new DatabaseSync(path);
  store.exec(`pragma journal_mode = wal; pragma synchronous = off;
    create table effects (place integer primary key, webhook_id text not null unique, event_id text not null,
      subject text not null, subject_version integer not null);
    create index effects_event on effects (event_id);
    create index effects_subject on effects (subject, place)`);
  const insert = store.prepare(`insert into effects (webhook_id, event_id, subject, subject_version) values (?, ?, ?, ?)
    on conflict (webhook_id) do nothing`);
  const find = store.prepare("select 1 from effects where event_id = ?");
  const list = (query: string): string[] =>
    store
      .prepare(query)
      .all()
      .map((row) => Object.values(row).join(" "));
  let count = 0;
  return {
    take({ webhookId, eventId, subject, subjectVersion }) {
      const isFirst = insert.run(webhookId, eventId, subject, subjectVersion).changes === 1;
      if (isFirst) count += 1;
      return isFirst;
    },
    count: () => count,
    takenTwice: () => list("select event_id, count(*) from effects group by event_id having count(*) > 1"),
    outOfOrder: () =>
      list(`select subject, subject_version, before from (
        select subject, subject_version, max(subject_version) over (partition by subject order by place
          rows between unbounded preceding and 1 preceding) as before from effects)
        where before >= subject_version`),
    has: (eventId) => find.get(eventId) !== undefined,
    close: () => store.close(),
  };
}
