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
CREATE TABLE "cost_imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"content_hash" text NOT NULL,
	"account_id" text,
	"file_name" text,
	"row_count" integer NOT NULL,
	"rejected_count" integer NOT NULL,
	"report" jsonb NOT NULL,
	"imported_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"imported_by" text,
	CONSTRAINT "cost_imports_content" UNIQUE NULLS NOT DISTINCT("content_hash","kind","account_id")
);
--> statement-breakpoint
CREATE TABLE "invoice_lines" (
	"invoice_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"period" text NOT NULL,
	"account_id" text,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"card" text,
	"meter" text,
	"description" text NOT NULL,
	"category" text NOT NULL,
	"charge_class" text,
	"currency" text,
	"quantity" numeric,
	"quantity_text" text,
	"unit" text,
	"billed_cost" numeric,
	"billed_cost_text" text,
	"source" jsonb NOT NULL,
	CONSTRAINT "invoice_lines_invoice_id_position_pk" PRIMARY KEY("invoice_id","position")
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"import_id" uuid NOT NULL,
	"account_id" text,
	"issuer" text NOT NULL,
	"number" text,
	"period" text NOT NULL,
	"currency" text,
	"billed_cost" numeric
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "is_finance" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_import_id_cost_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."cost_imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invoice_lines_period_index" ON "invoice_lines" USING btree ("period","account_id","card","meter");--> statement-breakpoint
CREATE INDEX "invoices_period_index" ON "invoices" USING btree ("period","account_id");