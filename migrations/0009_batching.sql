CREATE TABLE "batching_settings" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"budget_ms" double precision,
	"most_keys" integer,
	"reason" text,
	"set_by" text,
	"set_at" timestamp (6) with time zone,
	"told_hour" timestamp (6) with time zone DEFAULT '-infinity' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "load_counts" (
	"hour" timestamp (6) with time zone NOT NULL,
	"kind" text NOT NULL,
	"route" text NOT NULL,
	"loads" bigint NOT NULL,
	"equal" bigint NOT NULL,
	"statements" bigint NOT NULL,
	"waits" bigint[] NOT NULL,
	CONSTRAINT "load_counts_pk" PRIMARY KEY("hour","kind","route")
);
