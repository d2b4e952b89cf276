create function rainwire_camel(name text) returns text language sql immutable as $$
  select lower(left(name, 1)) || substr(replace(initcap(replace(name, '_', ' ')), ' ', ''), 2)
$$;
--> statement-breakpoint
create or replace function rainwire_camel_keys(fields jsonb) returns jsonb language sql immutable as $$
  select coalesce(jsonb_object_agg(rainwire_camel(k), v), '{}') from jsonb_each(fields) as f(k, v)
$$;
--> statement-breakpoint

-- Versions are taken under the row's lock; a write that changes nothing takes none. An argument: the table has updated_at.
create or replace function rainwire_raise_version() returns trigger language plpgsql as $$
begin
  new.version := old.version;
  if tg_nargs > 0 then new.updated_at := old.updated_at; end if;
  if new is distinct from old then
    new.version := old.version + 1;
    if tg_nargs > 0 then new.updated_at := now(); end if;
  end if;
  return new;
end $$;
--> statement-breakpoint
drop trigger user_goals_version on user_goals;
--> statement-breakpoint
create trigger user_goals_version before update on user_goals for each row execute function rainwire_raise_version('updated_at');
--> statement-breakpoint
drop trigger milestones_version on milestones;
--> statement-breakpoint
create trigger milestones_version before update on milestones for each row execute function rainwire_raise_version('updated_at');
--> statement-breakpoint

-- The change events of a table, whoever made the change. Arguments: the subject's plural and singular name.
create or replace function rainwire_emit_change() returns trigger language plpgsql as $$
declare
  past_tense text;
  current_row jsonb;
  old_row jsonb;
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
    old_row := to_jsonb(old);
    payload := payload || jsonb_build_object('changed', (
      select coalesce(jsonb_agg(rainwire_camel(k) order by rainwire_camel(k)), '[]') from jsonb_each(current_row) as f(k, v)
      where v is distinct from old_row -> k and k not in ('version', 'updated_at')));
  end if;
  perform rainwire_emit(
    uuidv7(), current_row->>'tenant_id', tg_argv[1] || '.' || past_tense, tg_argv[0] || '/' || (current_row->>'id'),
    version, payload, rainwire_context());
  return null;
end $$;
--> statement-breakpoint

-- A host that writes wakes its relay and tells the caches after its commit, so these do not run for it.
drop trigger outbox_wake on outbox;
--> statement-breakpoint
create or replace function rainwire_wake() returns trigger language plpgsql as $$
begin
  perform pg_notify('rainwire_signals', 'outbox');
  return null;
end $$;
--> statement-breakpoint
create trigger outbox_wake after insert on outbox for each statement
  when (current_setting('rainwire.wakes', true) is distinct from 'host') execute function rainwire_wake();
--> statement-breakpoint
drop trigger user_goals_caches on user_goals;
--> statement-breakpoint
create trigger user_goals_caches after insert or update or delete on user_goals for each row
  when (current_setting('rainwire.wakes', true) is distinct from 'host') execute function rainwire_tell_caches('others');
--> statement-breakpoint
drop trigger milestones_caches on milestones;
--> statement-breakpoint
create trigger milestones_caches after insert or update or delete on milestones for each row
  when (current_setting('rainwire.wakes', true) is distinct from 'host') execute function rainwire_tell_caches('others');
--> statement-breakpoint
drop trigger user_interactions_caches on user_interactions;
--> statement-breakpoint
create trigger user_interactions_caches after insert or update or delete on user_interactions for each row
  when (current_setting('rainwire.wakes', true) is distinct from 'host') execute function rainwire_tell_caches('others');
--> statement-breakpoint

-- State's twin: writes the event and one outbox row per subscribed queue, in the caller's transaction. Who would find
-- nothing to do gets none: the fan-out for a tenant without an endpoint, the dispatch of an event that drives no workflow.
-- The fan-out keeps order for the tenants that have an endpoint which asks for it, and for no other.
create or replace function rainwire_emit(
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
      case when o.is_ordered then event_subject end, case when o.is_ordered then version end
    from event_subscriptions s
    cross join lateral (select s.is_ordered or s.queue = 'webhook-fan-out'
      and exists (select from webhook_endpoints w where w.tenant_id = tenant and w.is_ordered)) as o(is_ordered),
      (select rainwire_emit.event_id) as emitted
    where s.event_name = rainwire_emit.event_name and case s.queue
      when 'webhook-fan-out' then exists (select from webhook_endpoints w where w.tenant_id = tenant and w.status <> 'disabled')
      when 'workflow-dispatch' then rainwire_emit.event_name = 'action.requested' or exists (
        select from workflow_mappings m where m.is_active and m.trigger = rainwire_emit.event_name
          and (m.tenant_id = tenant or m.tenant_id is null))
      else true end;
end $$;
--> statement-breakpoint

-- The same for events that come together, in as few statements. What the fan-out need not keep in order it gets in
-- rows of up to 25 events of a tenant: `{"eventIds": […]}`.
create or replace function rainwire_emit_all(emitted jsonb) returns void language plpgsql
set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  insert into events (
    id, tenant_id, name, subject, subject_version, data, actor, execution_id, traceparent, causation_id, hop
  ) select e.id, e."tenantId", e.name, e.subject, e."subjectVersion", e.data, e.cause->>'actor',
      (e.cause->>'executionId')::uuid, e.cause->>'traceparent', (e.cause->>'causationId')::uuid,
      coalesce((e.cause->>'hop')::int, 0)
    from jsonb_to_recordset(emitted) as e(
      id uuid, "tenantId" text, name text, subject text, "subjectVersion" bigint, data jsonb, cause jsonb);
  with told as (
    select e.*, s.queue, s.is_ordered, (row_number() over (partition by s.queue, e."tenantId") - 1) / 25 as part
    from jsonb_to_recordset(emitted) as e(id uuid, "tenantId" text, name text, subject text, "subjectVersion" bigint)
      join event_subscriptions s on s.event_name = e.name),
  tenants as materialized (
    select t."tenantId", exists (select from webhook_endpoints w where w.tenant_id = t."tenantId" and w.is_ordered) as is_ordered
    from (select distinct "tenantId" from told where queue = 'webhook-fan-out') t
    where exists (select from webhook_endpoints w where w.tenant_id = t."tenantId" and w.status <> 'disabled'))
  insert into outbox (queue, event_id, body, tenant_id, subject, subject_version)
    select queue, id, null::jsonb, "tenantId", case when is_ordered then subject end, case when is_ordered then "subjectVersion" end
    from told where queue <> 'webhook-fan-out' and (queue <> 'workflow-dispatch' or name = 'action.requested' or exists (
      select from workflow_mappings m where m.is_active and m.trigger = told.name
        and (m.tenant_id = told."tenantId" or m.tenant_id is null)))
    union all
    select queue, id, null, "tenantId", subject, "subjectVersion"
    from told join tenants t using ("tenantId") where queue = 'webhook-fan-out' and t.is_ordered
    union all
    select queue, null, jsonb_build_object('eventIds', jsonb_agg(id)), "tenantId", null, null
    from told join tenants t using ("tenantId") where queue = 'webhook-fan-out' and not t.is_ordered
    group by queue, "tenantId", part;
end $$;
--> statement-breakpoint

-- The planner is held to one path in these, so that one plan does for all calls.
alter function rainwire_match_events(uuid[], integer) set plan_cache_mode = force_generic_plan;
--> statement-breakpoint
alter function rainwire_claim(integer, text[], integer[], integer[], timestamptz[], boolean[], text[]) set plan_cache_mode = force_generic_plan;
--> statement-breakpoint
alter function rainwire_settle(integer, uuid[], integer[], jsonb) set plan_cache_mode = force_generic_plan;
