CREATE TABLE "endpoint_attempts" (
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"attempt" integer NOT NULL,
	"outcome" text NOT NULL,
	"http_status" integer,
	"error" text,
	"answer" text,
	"duration_ms" integer NOT NULL,
	"started_at" timestamp (6) with time zone NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "endpoint_deliveries" (
	"endpoint_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"event_type" text NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (6) with time zone,
	"order_key" text,
	"order_version" bigint NOT NULL,
	"http_status" integer,
	"last_error" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp (6) with time zone,
	"died_at" timestamp (6) with time zone,
	CONSTRAINT "endpoint_deliveries_endpoint_id_event_id_pk" PRIMARY KEY("endpoint_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant_id" text NOT NULL,
	"url" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"event_types" text[] NOT NULL,
	"subject" text,
	"subject_like" text,
	"is_ordered" boolean DEFAULT false NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"secret_encrypted" text NOT NULL,
	"previous_secret_encrypted" text,
	"previous_secret_until" timestamp (6) with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"first_failed_at" timestamp (6) with time zone,
	"openings" integer DEFAULT 0 NOT NULL,
	"blocked_until" timestamp (6) with time zone,
	"wake_at" timestamp (6) with time zone,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "endpoint_attempts_delivery_index" ON "endpoint_attempts" USING btree ("endpoint_id","event_id");--> statement-breakpoint
CREATE INDEX "endpoint_deliveries_due_index" ON "endpoint_deliveries" USING btree ("endpoint_id","due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "endpoint_deliveries_order_index" ON "endpoint_deliveries" USING btree ("endpoint_id","order_key","order_version") WHERE order_key is not null;--> statement-breakpoint
CREATE INDEX "endpoint_deliveries_dead_index" ON "endpoint_deliveries" USING btree ("endpoint_id","event_id") WHERE died_at is not null;--> statement-breakpoint
CREATE INDEX "webhook_endpoints_tenant_index" ON "webhook_endpoints" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_ordered_index" ON "webhook_endpoints" USING btree ("tenant_id") WHERE is_ordered;--> statement-breakpoint
CREATE INDEX "events_tenant_index" ON "events" USING btree ("tenant_id","id");
--> statement-breakpoint
create table endpoint_attempts_default partition of endpoint_attempts default;
--> statement-breakpoint

-- Room in each page for the one update that every delivery gets.
alter table endpoint_deliveries set (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
--> statement-breakpoint

-- State's twin: writes the event and one outbox row per subscribed queue, in the caller's transaction. The fan-out to
-- webhook endpoints keeps order for the tenants that have an endpoint which asks for it, and for no other.
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
    where s.event_name = rainwire_emit.event_name;
end $$;
--> statement-breakpoint

-- Makes the daily partitions from yesterday to days_ahead. A day that the default partition already holds rows of
-- stays there: nothing is lost, that day is only pruned later.
create or replace function rainwire_make_partitions(days_ahead integer) returns integer language plpgsql as $$
declare
  parent text;
  day date;
  made integer := 0;
begin
  foreach parent in array array['events', 'delivery_attempts', 'endpoint_attempts', 'usage_packs'] loop
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
create or replace function rainwire_drop_partitions(parent text, ended_before timestamptz) returns integer language plpgsql as $$
declare
  partition_name text;
  dropped integer := 0;
begin
  if parent not in ('events', 'delivery_attempts', 'endpoint_attempts', 'usage_packs') then
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
