-- State's twin: writes the event and one outbox row per subscribed queue, in the caller's transaction. The fan-out to
-- webhook endpoints gets one only when the tenant has an endpoint that is not disabled, and keeps order only for the
-- tenants that have one which asks for it.
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
    where s.event_name = rainwire_emit.event_name and (s.queue <> 'webhook-fan-out'
      or exists (select from webhook_endpoints w where w.tenant_id = tenant and w.status <> 'disabled'));
end $$;
--> statement-breakpoint

-- The same for events that come together, in as few statements. What the fan-out need not keep in order it gets in
-- rows of up to 25 events of a tenant: `{"eventIds": […]}`.
create function rainwire_emit_all(emitted jsonb) returns void language plpgsql
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
    from told where queue <> 'webhook-fan-out'
    union all
    select queue, id, null, "tenantId", subject, "subjectVersion"
    from told join tenants t using ("tenantId") where queue = 'webhook-fan-out' and t.is_ordered
    union all
    select queue, null, jsonb_build_object('eventIds', jsonb_agg(id)), "tenantId", null, null
    from told join tenants t using ("tenantId") where queue = 'webhook-fan-out' and not t.is_ordered
    group by queue, "tenantId", part;
end $$;
--> statement-breakpoint

-- Whether an endpoint that subscribed to these types and subjects gets an event.
create function rainwire_is_subscribed(event_types text[], subject_like text, event_name text, event_subject text) returns boolean
language sql immutable as $$
  select event_types && array[event_name, split_part(event_name, '.', 1) || '.*', '*']
    and (subject_like is null or event_subject like subject_like)
$$;
--> statement-breakpoint

-- Events with the endpoints that subscribed to them and have no delivery of them yet, `most` pairs at most. is_direct:
-- it may be sent at once. The planner is held to one path, as for claims: each event
-- by its id (offset 0 keeps the order), its tenant's endpoints, and whether there is a delivery.
create function rainwire_match_events(event_ids uuid[], most integer) returns table (
  id uuid, tenant_id text, name text, subject text, subject_version bigint, data jsonb, actor text, execution_id uuid,
  traceparent text, causation_id uuid, hop integer, occurred_at timestamptz, endpoint_id uuid, url text, status text,
  secret_encrypted text, previous_secret_encrypted text, failures integer, is_direct boolean
) language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  return query
    select e.id, e.tenant_id, e.name, e.subject, e.subject_version, e.data, e.actor, e.execution_id, e.traceparent,
      e.causation_id, e.hop, e.occurred_at, w.id, w.url, w.status, w.secret_encrypted,
      case when w.previous_secret_until > now() then w.previous_secret_encrypted end, w.failures,
      not w.is_ordered and w.status = 'active' and coalesce(w.blocked_until <= now(), true)
    from unnest(event_ids) as asked(id)
      cross join lateral (select * from events found where found.id = asked.id offset 0) e
      cross join lateral (
        select * from webhook_endpoints found where found.tenant_id = e.tenant_id and found.status <> 'disabled'
          and rainwire_is_subscribed(found.event_types, found.subject_like, e.name, e.subject) offset 0) w
    where (select true from endpoint_deliveries d where d.endpoint_id = w.id and d.event_id = e.id) is null
    limit most;
end $$;
