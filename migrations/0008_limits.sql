CREATE TABLE "abuse_incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"kind" text NOT NULL,
	"count" integer NOT NULL,
	"window_ms" integer NOT NULL,
	"window_start" timestamp (6) with time zone NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"decided_by" text,
	"reason" text,
	"decided_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "abuse_incidents_window_unique" UNIQUE("subject_kind","subject_id","kind","window_start")
);
--> statement-breakpoint
CREATE TABLE "limit_overrides" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant_id" text,
	"subject_kind" text NOT NULL,
	"subject_id" text NOT NULL,
	"is_block" boolean NOT NULL,
	"limit_units" integer,
	"window_ms" integer,
	"burst" integer,
	"mode" text,
	"reason" text NOT NULL,
	"set_by" text NOT NULL,
	"incident_id" uuid,
	"until" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"lifted_at" timestamp (6) with time zone,
	"lifted_by" text
);
--> statement-breakpoint
CREATE TABLE "limit_statistics" (
	"hour" timestamp (6) with time zone NOT NULL,
	"route" text NOT NULL,
	"admitted" bigint NOT NULL,
	"refused" bigint NOT NULL,
	"shadowed" bigint NOT NULL,
	CONSTRAINT "limit_statistics_pk" PRIMARY KEY("hour","route")
);
--> statement-breakpoint
CREATE INDEX "abuse_incidents_list_index" ON "abuse_incidents" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "limit_overrides_subject_unique" ON "limit_overrides" USING btree ("subject_kind","subject_id","is_block") WHERE lifted_at is null;--> statement-breakpoint
CREATE INDEX "limit_overrides_ended_index" ON "limit_overrides" USING btree ("created_at") WHERE lifted_at is not null or until is not null;