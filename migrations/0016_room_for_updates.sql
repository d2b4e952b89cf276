-- Rows that are changed again and again find room beside themselves, and their indexes need not hear of it (PostgreSQL,
-- "Heap-Only Tuples").
alter table user_goals set (fillfactor = 85);
--> statement-breakpoint
alter table milestones set (fillfactor = 85);
--> statement-breakpoint
alter table workflow_executions set (fillfactor = 85);
