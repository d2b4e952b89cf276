-- As before, and where isolates share a store, they owe it the tags until one of them has ended them there: this commits with
-- the change, whoever made it.
create or replace function rainwire_tell_caches() returns trigger language plpgsql as $$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  changed jsonb;
  tags text;
begin
  if tg_argv[0] <> 'always' and current_setting('rainwire.wakes', true) = 'host' then return null; end if;
  foreach changed in array array[old_row, new_row] loop
    continue when changed is null;
    tags := case tg_table_name
      when 'user_goals' then format('goals:%1$s goals:%1$s:%2$s', changed->>'tenant_id', changed->>'id')
      when 'milestones' then format('milestones:%s:%s', changed->>'tenant_id', changed->>'goal_id')
      when 'user_interactions' then format('interactions:%s', changed->>'tenant_id')
      else format('mappings:%s', coalesce(changed->>'tenant_id', '-')) end;
    perform pg_notify('rainwire_caches', 'changed ' || tags);
    insert into cache_owed (tags) select string_to_array(tags, ' ') where exists (select from cache_generations);
  end loop;
  return null;
end $$;
--> statement-breakpoint
-- All of it is gone: another generation. What is owed to the last one is nobody's any more.
create or replace function rainwire_tell_caches_all() returns trigger language plpgsql as $$
begin
  perform pg_notify('rainwire_caches', 'all');
  delete from cache_generations;
  return null;
end $$;
