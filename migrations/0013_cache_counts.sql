CREATE TABLE "cache_counts" (
	"hour" timestamp (6) with time zone NOT NULL,
	"tenant_id" text NOT NULL,
	"route" text NOT NULL,
	"hits" bigint NOT NULL,
	"uri_miss" bigint NOT NULL,
	"stale" bigint NOT NULL,
	"request" bigint NOT NULL,
	"bypass" bigint NOT NULL,
	"collapsed" bigint NOT NULL,
	"stored" bigint NOT NULL,
	"stored_bytes" bigint NOT NULL,
	"fills" bigint NOT NULL,
	"fill_ms" double precision NOT NULL,
	CONSTRAINT "cache_counts_pk" PRIMARY KEY("hour","tenant_id","route")
);
--> statement-breakpoint
CREATE TABLE "cache_hot_keys" (
	"hour" timestamp (6) with time zone NOT NULL,
	"tenant_id" text NOT NULL,
	"path" text NOT NULL,
	"route" text NOT NULL,
	"hits" bigint NOT NULL,
	CONSTRAINT "cache_hot_keys_pk" PRIMARY KEY("hour","tenant_id","path")
);
--> statement-breakpoint
CREATE TABLE "caching_alarms" (
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"since" timestamp (6) with time zone NOT NULL,
	CONSTRAINT "caching_alarms_pk" PRIMARY KEY("name","subject")
);
--> statement-breakpoint
CREATE TABLE "caching_settings" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"target_hit_rate" double precision,
	"route_targets" jsonb,
	"least_requests" integer,
	"hot_share" double precision,
	"hot_hits" integer,
	"reason" text,
	"set_by" text,
	"set_at" timestamp (6) with time zone,
	"told_hour" timestamp (6) with time zone DEFAULT '-infinity' NOT NULL
);
