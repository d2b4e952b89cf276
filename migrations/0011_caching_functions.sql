-- A host tells the other processes what its commits touched, and waits for them (shared/caching). Anybody else's write,
-- psql's say, is told here, with its commit. The tags are those of shared/database/tags.ts.
create function rainwire_tell_caches() returns trigger language plpgsql as $$
declare
  old_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  new_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  changed jsonb;
begin
  if tg_argv[0] <> 'always' and current_setting('rainwire.wakes', true) = 'host' then return null; end if;
  foreach changed in array array[old_row, new_row] loop
    continue when changed is null;
    perform pg_notify('rainwire_caches', 'changed ' || case tg_table_name
      when 'user_goals' then format('goals:%1$s goals:%1$s:%2$s', changed->>'tenant_id', changed->>'id')
      when 'milestones' then format('milestones:%s:%s', changed->>'tenant_id', changed->>'goal_id')
      when 'user_interactions' then format('interactions:%s', changed->>'tenant_id')
      else format('mappings:%s', coalesce(changed->>'tenant_id', '-')) end);
  end loop;
  return null;
end $$;
--> statement-breakpoint
create function rainwire_tell_caches_all() returns trigger language plpgsql as $$
begin
  perform pg_notify('rainwire_caches', 'all');
  return null;
end $$;
--> statement-breakpoint
create trigger user_goals_caches after insert or update or delete on user_goals for each row execute function rainwire_tell_caches('others');
--> statement-breakpoint
create trigger milestones_caches after insert or update or delete on milestones for each row execute function rainwire_tell_caches('others');
--> statement-breakpoint
create trigger user_interactions_caches after insert or update or delete on user_interactions for each row execute function rainwire_tell_caches('others');
--> statement-breakpoint
-- Rare, and written by hosts as they start, past what tells the others.
create trigger workflow_mappings_caches after insert or update or delete on workflow_mappings for each row execute function rainwire_tell_caches('always');
--> statement-breakpoint
create trigger user_goals_caches_all after truncate on user_goals for each statement execute function rainwire_tell_caches_all();
--> statement-breakpoint
create trigger milestones_caches_all after truncate on milestones for each statement execute function rainwire_tell_caches_all();
--> statement-breakpoint
create trigger user_interactions_caches_all after truncate on user_interactions for each statement execute function rainwire_tell_caches_all();
--> statement-breakpoint
create trigger workflow_mappings_caches_all after truncate on workflow_mappings for each statement execute function rainwire_tell_caches_all();
