-- A guarded write that hit nothing must abort its batch (docs/architecture.md, "Batches").
create function rainwire_ensure(holds boolean, code text) returns void language plpgsql as $$
begin
  if holds is not true then
    raise exception using errcode = 'RW001', message = code;
  end if;
end $$;
--> statement-breakpoint

-- What the running batch says of itself with set_config('rainwire.context', …, true): actor, execution, trace, cause.
create function rainwire_context() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('rainwire.context', true), '')::jsonb, '{}'::jsonb)
$$;
--> statement-breakpoint

-- State's twin: writes the event and one outbox row per subscribed queue, in the caller's transaction.
create function rainwire_emit(
  event_id uuid, tenant text, event_name text, event_subject text, version bigint, payload jsonb, context jsonb
) returns void language plpgsql as $$
begin
  insert into events (
    id, tenant_id, name, subject, subject_version, data, actor, execution_id, traceparent, causation_id, hop
  ) values (
    event_id, tenant, event_name, event_subject, version, payload, context->>'actor', (context->>'executionId')::uuid,
    context->>'traceparent', (context->>'causationId')::uuid, coalesce((context->>'hop')::int, 0)
  );
  insert into outbox (queue, event_id, tenant_id, subject, subject_version)
    select s.queue, emitted.event_id, tenant,
      case when s.is_ordered then event_subject end, case when s.is_ordered then version end
    from event_subscriptions s, (select rainwire_emit.event_id) as emitted
    where s.event_name = rainwire_emit.event_name;
end $$;
--> statement-breakpoint

-- A host that writes wakes its own relay after the commit (a NOTIFY inside the transaction would serialise all
-- commits). Anybody else's write, psql's say, notifies here.
create function rainwire_wake() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('rainwire.wakes', true), '') <> 'host' then
    perform pg_notify('rainwire_signals', 'outbox');
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger outbox_wake after insert on outbox for each statement execute function rainwire_wake();
--> statement-breakpoint

create function rainwire_camel_keys(fields jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(lower(left(k, 1)) || substr(replace(initcap(replace(k, '_', ' ')), ' ', ''), 2), v), '{}')
  from jsonb_each(fields) as f(k, v)
$$;
--> statement-breakpoint

-- Versions are taken under the row's lock; a write that changes nothing takes none.
create function rainwire_raise_version() returns trigger language plpgsql as $$
begin
  if (to_jsonb(new) - 'version' - 'updated_at') is distinct from (to_jsonb(old) - 'version' - 'updated_at') then
    new.version := old.version + 1;
    if to_jsonb(new) ? 'updated_at' then
      new := jsonb_populate_record(new, jsonb_build_object('updated_at', now()));
    end if;
  else
    new.version := old.version;
  end if;
  return new;
end $$;
--> statement-breakpoint

-- The change events of a table, whoever made the change. Arguments: the subject's plural and singular name.
create function rainwire_emit_change() returns trigger language plpgsql as $$
declare
  plural text := tg_argv[0];
  singular text := tg_argv[1];
  past_tense text;
  current_row jsonb;
  payload jsonb;
  version bigint;
begin
  if tg_op = 'INSERT' then
    past_tense := 'created'; current_row := to_jsonb(new); version := new.version;
  elsif tg_op = 'UPDATE' then
    if new.version = old.version then return null; end if;
    past_tense := 'updated'; current_row := to_jsonb(new); version := new.version;
  else
    past_tense := 'deleted'; current_row := to_jsonb(old); version := old.version + 1;
  end if;
  payload := rainwire_camel_keys(current_row - 'tenant_id');
  if tg_op = 'UPDATE' then
    payload := payload || jsonb_build_object('changed', (
      select coalesce(jsonb_agg(camel.k order by camel.k), '[]') from jsonb_each(rainwire_camel_keys(to_jsonb(new))) as camel(k, v)
      where camel.v is distinct from rainwire_camel_keys(to_jsonb(old)) -> camel.k and camel.k not in ('version', 'updatedAt')));
  end if;
  perform rainwire_emit(
    uuidv7(), current_row->>'tenant_id', singular || '.' || past_tense, plural || '/' || (current_row->>'id'),
    version, payload, rainwire_context());
  return null;
end $$;
--> statement-breakpoint
create trigger user_goals_version before update on user_goals for each row execute function rainwire_raise_version();
--> statement-breakpoint
create trigger user_goals_change after insert or update or delete on user_goals for each row execute function rainwire_emit_change('goals', 'goal');
--> statement-breakpoint
create trigger milestones_version before update on milestones for each row execute function rainwire_raise_version();
--> statement-breakpoint
create trigger milestones_change after insert or update or delete on milestones for each row execute function rainwire_emit_change('milestones', 'milestone');
--> statement-breakpoint
create trigger user_interactions_version before update on user_interactions for each row execute function rainwire_raise_version();
--> statement-breakpoint
create trigger user_interactions_change after insert or update or delete on user_interactions for each row execute function rainwire_emit_change('interactions', 'interaction');
--> statement-breakpoint

-- The least UUID of version 7 made at or after an instant: where a day's partition begins.
create function rainwire_first_id(at timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;
--> statement-breakpoint

-- Makes the daily partitions from yesterday to days_ahead. A day that the default partition already holds rows of
-- stays there: nothing is lost, that day is only pruned later.
create function rainwire_make_partitions(days_ahead integer) returns integer language plpgsql as $$
declare
  parent text;
  day date;
  made integer := 0;
begin
  foreach parent in array array['events', 'delivery_attempts', 'usage_packs'] loop
    for offset_days in -1..days_ahead loop
      day := (now() at time zone 'utc')::date + offset_days;
      if to_regclass(parent || '_' || to_char(day, 'YYYYMMDD')) is null then
        begin
          execute format('create table %I partition of %I for values from (%L) to (%L)',
            parent || '_' || to_char(day, 'YYYYMMDD'), parent,
            rainwire_first_id(day::timestamp at time zone 'utc'), rainwire_first_id((day + 1)::timestamp at time zone 'utc'));
          made := made + 1;
        exception when check_violation then null;
        end;
      end if;
    end loop;
  end loop;
  return made;
end $$;
--> statement-breakpoint

-- Drops the daily partitions of a table that ended before an instant; what lies in the default partition is deleted.
create function rainwire_drop_partitions(parent text, ended_before timestamptz) returns integer language plpgsql as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  if parent not in ('events', 'delivery_attempts', 'usage_packs') then
    raise exception 'rainwire_drop_partitions: % is not partitioned by day', parent;
  end if;
  for partition_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = parent::regclass and c.relname ~ ('^' || parent || '_\d{8}$')
      and (to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'utc' <= ended_before
  loop
    execute format('drop table %I', partition_name);
    dropped := dropped + 1;
  end loop;
  execute format('delete from %I where id < %L', parent || '_default', rainwire_first_id(ended_before));
  return dropped;
end $$;
--> statement-breakpoint
create table events_default partition of events default;
--> statement-breakpoint
create table delivery_attempts_default partition of delivery_attempts default;
--> statement-breakpoint
create table usage_packs_default partition of usage_packs default;
--> statement-breakpoint

-- The outbox is written and deleted all the time: vacuum by rows, not by share.
alter table outbox set (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
--> statement-breakpoint

-- Leases due messages to a process, for several queues at once; hosts/node/queue/claim.ts tells what the arguments
-- mean. What is blocked by an earlier version of its subject is put off instead (is_blocked), so that no later claim
-- steps over it again; the settlement of the earlier one fetches it back.
-- The planner is held to the indexes: its statistics of a table that fills and empties all day are always wrong.
create function rainwire_claim(
  process integer, queues text[], rooms integer[], lease_ms integer[], floors timestamptz[], are_fair boolean[], cursors text[]
) returns table (
  id uuid, queue text, event_id uuid, body jsonb, tenant_id text, subject text, subject_version bigint, attempts integer,
  created_at timestamptz, was_available_at timestamptz, tenant_rank integer, is_blocked boolean
) language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  most_tenants constant integer := 200;
  taken tid[];
  found_tids tid[];
  has_ordered boolean;
  found_ordered boolean;
  tenants text[];
  tenant text;
  start_tenant text;
  has_wrapped boolean;
  room integer;
  share integer;
begin
  for i in 1..cardinality(queues) loop
    taken := '{}';
    has_ordered := false;
    tenants := '{}';
    room := rooms[i];
    if not are_fair[i] then
      select array_agg(due.tid), bool_or(due.is_ordered) into found_tids, found_ordered from (
        select o.ctid as tid, o.subject is not null as is_ordered from outbox o
        where o.queue = queues[i] and o.available_at >= floors[i] and o.available_at <= now()
        order by o.available_at limit room for update skip locked) due;
      taken := taken || coalesce(found_tids, '{}');
      has_ordered := coalesce(found_ordered, false);
    else
      -- Round the tenants that have something due, each step one skip scan, from where the last claim ended.
      start_tenant := cursors[i];
      tenant := start_tenant;
      has_wrapped := false;
      for step in 1..most_tenants loop
        exit when cardinality(tenants) >= room;
        select coalesce(o.tenant_id, '-') into tenant from outbox o
          where o.queue = queues[i] and coalesce(o.tenant_id, '-') > tenant
            and o.available_at >= floors[i] and o.available_at <= now()
          order by coalesce(o.tenant_id, '-') limit 1;
        if tenant is null then
          exit when has_wrapped or start_tenant = '';
          has_wrapped := true;
          tenant := '';
          continue;
        end if;
        exit when has_wrapped and tenant > start_tenant;
        tenants := tenants || tenant;
      end loop;
      share := ceil(room::numeric / greatest(cardinality(tenants), 1));
      foreach tenant in array tenants loop
        exit when room <= 0;
        select array_agg(due.tid), bool_or(due.is_ordered) into found_tids, found_ordered from (
          select o.ctid as tid, o.subject is not null as is_ordered from outbox o
          where o.queue = queues[i] and coalesce(o.tenant_id, '-') = tenant
            and o.available_at >= floors[i] and o.available_at <= now()
          order by o.available_at limit least(share, room) for update skip locked) due;
        taken := taken || coalesce(found_tids, '{}');
        has_ordered := has_ordered or coalesce(found_ordered, false);
        room := room - coalesce(cardinality(found_tids), 0);
      end loop;
    end if;
    continue when cardinality(taken) = 0;
    if has_ordered then
      -- A statement of its own: it sees what was settled before the locks above were had, and whoever settles the
      -- earlier version after that waits for them, then fetches the row back.
      return query
        with blocked as (
          select o.ctid as tid, greatest(
            now() + interval '1 second' + least(o.subject_version - first.subject_version, 60000) * interval '1 millisecond',
            case when first.leased_by is null then least(first.available_at, now() + interval '1 minute') end) as until
          from outbox o cross join lateral (
            select e.subject_version, e.available_at, e.leased_by from outbox e
            where e.queue = o.queue and e.subject = o.subject order by e.subject_version limit 1) first
          where o.ctid = any(taken) and o.subject is not null and first.subject_version < o.subject_version)
        update outbox o set available_at = b.until
        from blocked b where o.ctid = b.tid
        returning o.id, o.queue, null::uuid, null::jsonb, o.tenant_id, o.subject, o.subject_version, o.attempts, o.created_at,
          old.available_at, array_position(tenants, coalesce(o.tenant_id, '-')), true;
    end if;
    return query
      update outbox o
      set attempts = o.attempts + 1, available_at = now() + lease_ms[i] * interval '1 millisecond', leased_by = process
      where o.ctid = any(taken)
      returning o.id, o.queue, o.event_id, o.body, o.tenant_id, o.subject, o.subject_version, o.attempts, o.created_at,
        old.available_at, array_position(tenants, coalesce(o.tenant_id, '-')), false;
  end loop;
end $$;
--> statement-breakpoint

-- Settles leased messages of a process; a row whose lease it lost is left alone. Answers how many successors of
-- settled ordered messages it fetched back.
create function rainwire_settle(process integer, ack_ids uuid[], ack_attempts integer[], settlements jsonb) returns integer language plpgsql
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  fetched integer := 0;
begin
  delete from outbox o using unnest(ack_ids, ack_attempts) as s(id, attempts)
  where o.id = s.id and o.leased_by = process and o.attempts = s.attempts;
  if settlements ? 'retry' then
    update outbox o set available_at = clock_timestamp() + s."delayMs" * interval '1 millisecond', leased_by = null,
      attempts = o.attempts - (not s."isAttemptSpent")::integer, last_error = s.error
    from jsonb_to_recordset(settlements->'retry') as s(id uuid, attempts integer, "delayMs" float8, "isAttemptSpent" boolean, error text)
    where o.id = s.id and o.leased_by = process and o.attempts = s.attempts;
  end if;
  if settlements ? 'dead' then
    with gone as (
      delete from outbox o
      using jsonb_to_recordset(settlements->'dead') as s(id uuid, attempts integer, reason text, detail text)
      where o.id = s.id and o.leased_by = process and o.attempts = s.attempts
      returning o.tenant_id, o.queue, o.event_id, o.body, s.reason, s.detail, o.attempts)
    insert into dead_letters (tenant_id, queue, event_id, body, reason, detail, attempts) select * from gone;
  end if;
  if settlements ? 'next' then
    update outbox o set available_at = clock_timestamp()
    from jsonb_to_recordset(settlements->'next') as s(queue text, subject text, version bigint) cross join lateral (
      select n.id from outbox n where n.queue = s.queue and n.subject = s.subject and n.subject_version > s.version
      order by n.subject_version limit 1) successor
    where o.id = successor.id and o.leased_by is null;
    get diagnostics fetched = row_count;
  end if;
  return fetched;
end $$;
