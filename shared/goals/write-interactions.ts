import { writeTogether } from "#shared/batching/write-together.ts";
import type { Database, DatabaseError, DatabaseFailure } from "#shared/database/database.ts";
import { ensure } from "#shared/database/ensure.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { tableTag, touching } from "#shared/database/tags.ts";
import { actingAsEach } from "#shared/events/cause.ts";
import { PermanentError } from "#shared/events/observe.ts";
import { INTERACTION_WRITES, type QueuedInteraction } from "./queue-interaction.ts";

/** Messages that come along because they follow one of ours, at most. */
const MOST_FOLLOWERS = 200;

interface Queued {
  id: string;
  body: QueuedInteraction;
  subject: string | null;
  /** It is not ours: it follows a message of ours in its subject, and nobody can hold it before that is done. */
  isFollower: boolean;
}

/**
 * Writes queued interactions with as few statements as can be. Taking the messages commits with what they say: a crash
 * leaves both or neither, and a second delivery finds nothing to take.
 * @param messageIds messages that this consumer holds
 * @returns those of them that can never be written, each with the reason
 * @throws DatabaseError when the database is away; all of it may be tried again
 */
export async function writeInteractions(
  db: Database,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, PermanentError>> {
  const all = await db.query(readQueued(messageIds));
  const queued = all.filter(isWellFormed);
  const lineOf = ({ isFollower, subject }: Queued) => (isFollower ? (subject ?? undefined) : undefined);
  const refused = await writeTogether(queued, (group) => db.batch(writeGroup(group)), lineOf);
  // A follower that is refused stays: in its own turn it becomes a dead letter.
  return new Map(
    all.flatMap((message) => {
      const error = isWellFormed(message) ? refused.get(message) : "it is no interaction";
      return error === undefined || message.isFollower ? [] : [[message.id, toPermanent(error)] as const];
    }),
  );
}

/** What this house sends itself; anything else came to the queue from outside. */
const isWellFormed = ({ body }: Queued): boolean =>
  typeof body?.interaction?.id === "string" && typeof body.cause?.actor === "string";

const toPermanent = (error: DatabaseError | string): PermanentError =>
  typeof error === "string"
    ? new PermanentError("malformed_message", error)
    : new PermanentError(REASONS[error.failure.kind] ?? "not_writable", error.message);

const REASONS: Partial<Record<DatabaseFailure["kind"], string>> = { foreign_key: "not_found", guard: "not_found" };

const readQueued = (ids: readonly string[]): Statement<Queued> => sql<Queued>`
  with ours as materialized (
    select id, body, subject, subject_version from outbox where queue = ${INTERACTION_WRITES} and id = any(${ids}::uuid[])),
  followers as materialized (
    select o.id, o.body, o.subject, o.subject_version
    from ours join outbox o on o.queue = ${INTERACTION_WRITES} and o.subject = ours.subject
      and o.subject_version > ours.subject_version and o.leased_by is null
    order by o.subject_version limit ${MOST_FOLLOWERS})
  select id, body, subject, is_follower from (
    select *, false as is_follower from ours union all select *, true from followers) as q
  order by subject_version nulls first, id`;

const writeGroup = (group: readonly Queued[]): Statement[] => [
  actingAsEach(Object.fromEntries(group.map(({ body: { interaction, cause } }) => [interaction.id, cause]))),
  touching(
    sql`with taken as (
      delete from outbox where queue = ${INTERACTION_WRITES} and id = any(${group.map(({ id }) => id)}::uuid[])
      returning id, body->'interaction' as said, subject_version, created_at)
    insert into user_interactions
      (id, tenant_id, user_id, goal_id, kind, author, content, rating, in_reply_to, created_at)
    select i.id, i."tenantId", i."userId", i."goalId", i.kind, i.author, i.content, i.rating, i."inReplyTo", t.created_at
    from taken t cross join lateral jsonb_to_record(t.said) as i(id uuid, "tenantId" text, "userId" text, "goalId" uuid,
      kind text, author text, content text, rating int, "inReplyTo" uuid)
    order by t.subject_version nulls first, t.id
    on conflict (id) do nothing`,
    ...new Set(group.map(({ body }) => tableTag("interactions", body.interaction.tenantId))),
  ),
  // Against what is written by now, so that one may reply to another of its group.
  ...repliesOf(group),
];

function repliesOf(group: readonly Queued[]): Statement[] {
  const replies = group.flatMap(({ body: { interaction } }) =>
    interaction.inReplyTo ? [{ tenant: interaction.tenantId, to: interaction.inReplyTo }] : [],
  );
  if (replies.length === 0) return [];
  return [
    ensure(
      "reply_missing",
      sql`not exists (
        select from unnest(${replies.map(({ tenant }) => tenant)}::text[], ${replies.map(({ to }) => to)}::uuid[]) as r(tenant, id)
        where not exists (select from user_interactions i where i.tenant_id = r.tenant and i.id = r.id))`,
    ),
  ];
}
