CREATE TABLE "cost_budgets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"tenant_id" text,
	"function" text,
	"name" text NOT NULL,
	"monthly_usd" numeric NOT NULL,
	"basis" text NOT NULL,
	"thresholds" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_by" text,
	CONSTRAINT "cost_budgets_unique" UNIQUE NULLS NOT DISTINCT("owner","tenant_id","function")
);
--> statement-breakpoint
CREATE TABLE "cost_notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" text NOT NULL,
	"period" text NOT NULL,
	"budget_id" uuid,
	"threshold_percent" integer,
	"threshold_of" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (6) with time zone,
	"sent_by" text,
	CONSTRAINT "cost_notices_key_unique" UNIQUE("key")
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "is_finance" boolean DEFAULT false NOT NULL;