-- What the plain way keeps: better-auth's tables as its migration makes them come beside these.
create table user_goals (
  id uuid primary key, tenant_id text not null, user_id text not null, title text not null,
  description text not null default '', status text not null default 'draft', phase text not null default 'exploring',
  progress_percent int not null default 0, target_date date, validation jsonb, version bigint not null default 1,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create index on user_goals (tenant_id, user_id, created_at, id);

create table milestones (
  id uuid primary key, tenant_id text not null, goal_id uuid not null references user_goals (id) on delete cascade,
  title text not null, position int not null, status text not null default 'pending', due_date date,
  version bigint not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create index on milestones (goal_id, position);

create table member (user_id text primary key, tenant_id text not null);
