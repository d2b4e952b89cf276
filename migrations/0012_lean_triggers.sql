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
