-- What puts plain messages of one subject in the order they were sent in: one that is committed before another is
-- sent gets the lower number.
create sequence outbox_message_order;
--> statement-breakpoint

-- The change events of rows that are written many at a time, in as few statements. A batch that writes for several
-- causes names each by its row: rainwire.context = {"causes": {"<id>": …}}. Arguments: the subject's plural and singular name.
create function rainwire_emit_created() returns trigger language plpgsql as $$
declare
  context jsonb := rainwire_context();
  causes jsonb := context->'causes';
  emitted jsonb;
begin
  select jsonb_agg(jsonb_build_object(
      'id', uuidv7(), 'tenantId', i.fields->'tenant_id', 'name', tg_argv[1] || '.created',
      'subject', tg_argv[0] || '/' || (i.fields->>'id'), 'subjectVersion', i.fields->'version',
      'data', rainwire_camel_keys(i.fields - 'tenant_id'),
      'cause', case when causes is null then context else coalesce(causes->(i.fields->>'id'), '{}') end))
    into emitted from (select to_jsonb(r) as fields from inserted r) as i;
  if emitted is not null then
    perform rainwire_emit_all(emitted);
  end if;
  return null;
end $$;
--> statement-breakpoint
drop trigger user_interactions_change on user_interactions;
--> statement-breakpoint
create trigger user_interactions_change after update or delete on user_interactions for each row execute function rainwire_emit_change('interactions', 'interaction');
--> statement-breakpoint
create trigger user_interactions_created after insert on user_interactions referencing new table as inserted for each statement execute function rainwire_emit_created('interactions', 'interaction');
