CREATE TABLE "cache_processes" (
	"id" text PRIMARY KEY NOT NULL,
	"since" timestamp (6) with time zone DEFAULT now() NOT NULL
);
