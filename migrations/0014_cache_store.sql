CREATE TABLE "cache_generations" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"name" text NOT NULL,
	"closed_at" timestamp (6) with time zone NOT NULL,
	"readable_at" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "cache_generations_is_only_check" CHECK ("cache_generations"."is_only")
);
--> statement-breakpoint
CREATE TABLE "cache_owed" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tags" text[] NOT NULL,
	"owed_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cache_processes" (
	"id" text PRIMARY KEY NOT NULL,
	"since" timestamp (6) with time zone DEFAULT now() NOT NULL
);
