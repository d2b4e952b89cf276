-- Whatever ends or changes a credential is noted, whoever did it, so that processes stop believing what they remember.
-- A row outlives every token issued before it: 15 minutes, and what clocks and readers may lag (shared/tokens/timings.ts).
create function rainwire_note_change(changed text, ended boolean) returns void language sql as $$
  insert into credential_changes (subject, is_end, expires_at) values (changed, ended, now() + interval '20 minutes')
$$;
--> statement-breakpoint

-- Rare beside other writes, so the NOTIFY may travel with the commit. A listener reads the topic's name alone.
create function rainwire_signal() returns trigger language plpgsql as $$
begin
  perform pg_notify('rainwire_signals', tg_argv[0]);
  return null;
end $$;
--> statement-breakpoint
create trigger credential_changes_signal after insert on credential_changes for each statement execute function rainwire_signal('credentials');
--> statement-breakpoint
create trigger signing_keys_signal after insert or update or delete on signing_keys for each statement execute function rainwire_signal('signing-keys');
--> statement-breakpoint

create function rainwire_note_session() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.expires_at > now() then
      perform rainwire_note_change('session:' || old.id, true);
      update refresh_families set revoked_at = now(), revoked_reason = 'session_ended'
        where session_id = old.id and revoked_at is null;
    end if;
  else
    perform rainwire_note_change('session:' || old.id, false);
  end if;
  return null;
end $$;
--> statement-breakpoint
create trigger session_ended after delete on session for each row execute function rainwire_note_session();
--> statement-breakpoint
create trigger session_changed after update on session for each row
  when (old.active_organization_id is distinct from new.active_organization_id or old.user_id <> new.user_id
    or old.token <> new.token or new.expires_at < old.expires_at)
  execute function rainwire_note_session();
--> statement-breakpoint

create function rainwire_note_family() returns trigger language plpgsql as $$
begin
  perform rainwire_note_change('family:' || old.id, true);
  return null;
end $$;
--> statement-breakpoint
create trigger refresh_families_revoked after update of revoked_at on refresh_families for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function rainwire_note_family();
--> statement-breakpoint

create function rainwire_note_apikey() returns trigger language plpgsql as $$
begin
  perform rainwire_note_change('key:' || old.id, tg_op = 'DELETE');
  return null;
end $$;
--> statement-breakpoint
create trigger apikey_ended after delete on apikey for each row execute function rainwire_note_apikey();
--> statement-breakpoint
create trigger apikey_changed after update on apikey for each row
  when ((old.enabled, old.permissions, old.metadata, old.expires_at, old.reference_id, old.key)
    is distinct from (new.enabled, new.permissions, new.metadata, new.expires_at, new.reference_id, new.key))
  execute function rainwire_note_apikey();
--> statement-breakpoint

-- Somebody who left may join again, so neither is an end.
create function rainwire_note_member() returns trigger language plpgsql as $$
begin
  perform rainwire_note_change('member:' || old.organization_id || '/' || old.user_id, false);
  return null;
end $$;
--> statement-breakpoint
create trigger member_left after delete on member for each row execute function rainwire_note_member();
--> statement-breakpoint
create trigger member_changed after update on member for each row
  when ((old.role, old.organization_id, old.user_id) is distinct from (new.role, new.organization_id, new.user_id))
  execute function rainwire_note_member();
--> statement-breakpoint

create function rainwire_note_user() returns trigger language plpgsql as $$
begin
  perform rainwire_note_change('user:' || old.id, false);
  return null;
end $$;
--> statement-breakpoint
create trigger user_changed after update on "user" for each row
  when (old.is_operator <> new.is_operator) execute function rainwire_note_user();
--> statement-breakpoint

-- Keys of the jwt plugin's own, which sign no more.
delete from jwks;
