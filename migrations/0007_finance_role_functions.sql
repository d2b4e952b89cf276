-- Access tokens and remembered keys of a user end with the finance role, too.
drop trigger user_changed on "user";
--> statement-breakpoint
create trigger user_changed after update on "user" for each row
  when (old.is_operator <> new.is_operator or old.is_finance <> new.is_finance) execute function rainwire_note_user();
