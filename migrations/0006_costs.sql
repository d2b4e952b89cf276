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
CREATE TABLE "cost_accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"cards" text[] NOT NULL,
	"hosts" text[] DEFAULT '{}' NOT NULL,
	"fixed" jsonb DEFAULT '[]' NOT NULL,
	"switches" jsonb DEFAULT '{}' NOT NULL,
	"spread" text DEFAULT 'pro_rata' NOT NULL,
	"valid_from" date,
	"valid_to" date,
	"is_default" boolean DEFAULT false NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_by" text
);
--> statement-breakpoint
CREATE TABLE "cost_charges" (
	"id" uuid PRIMARY KEY NOT NULL,
	"period" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"account_id" text NOT NULL,
	"provider" text NOT NULL,
	"service" text NOT NULL,
	"card" text NOT NULL,
	"card_hash" text NOT NULL,
	"price_date" date,
	"meter" text NOT NULL,
	"tier" integer DEFAULT 0 NOT NULL,
	"kind" text NOT NULL,
	"unit" text NOT NULL,
	"evidence" text NOT NULL,
	"price_level" text NOT NULL,
	"price_source" text NOT NULL,
	"spread" text NOT NULL,
	"used" numeric,
	"included" numeric,
	"billable" numeric,
	"unit_price" numeric,
	"currency" text NOT NULL,
	"amount_exact" numeric,
	"amount" numeric,
	"exchange_rate" numeric NOT NULL,
	"exchange_date" date,
	"billed_cost" numeric,
	"list_cost" numeric,
	"unmeasured" bigint DEFAULT 0 NOT NULL,
	"problem" text,
	"correction_of" uuid,
	"correction_reason" text,
	"lines_hash" text NOT NULL,
	"run_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"created_by" text
);
--> statement-breakpoint
CREATE TABLE "cost_lines" (
	"charge_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"cell_id" bigint,
	"period" text NOT NULL,
	"day" date NOT NULL,
	"account_id" text NOT NULL,
	"provider" text NOT NULL,
	"card" text NOT NULL,
	"meter" text NOT NULL,
	"function" text,
	"tenant_id" text,
	"workflow_id" text,
	"evidence" text NOT NULL,
	"is_allocated" boolean DEFAULT true NOT NULL,
	"quantity" numeric,
	"unmeasured" bigint DEFAULT 0 NOT NULL,
	"list_cost" numeric,
	"effective_cost" numeric,
	CONSTRAINT "cost_lines_charge_id_position_pk" PRIMARY KEY("charge_id","position")
);
--> statement-breakpoint
CREATE TABLE "cost_periods" (
	"period" text PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"run_id" uuid,
	"output_hash" text,
	"closed_at" timestamp (6) with time zone,
	"closed_by" text
);
--> statement-breakpoint
CREATE TABLE "cost_readings" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"account_id" text NOT NULL,
	"card" text NOT NULL,
	"meter" text NOT NULL,
	"from_day" date NOT NULL,
	"to_day" date NOT NULL,
	"quantity" numeric NOT NULL,
	"evidence" text NOT NULL,
	"source" text NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"recorded_by" text,
	CONSTRAINT "cost_readings_unique" UNIQUE("account_id","card","meter","from_day","to_day")
);
--> statement-breakpoint
CREATE TABLE "cost_rollups" (
	"period" text NOT NULL,
	"day" date NOT NULL,
	"dimension" text NOT NULL,
	"key" text,
	"account_id" text NOT NULL,
	"provider" text NOT NULL,
	"card" text,
	"evidence" text NOT NULL,
	"is_allocated" boolean NOT NULL,
	"quantity" numeric,
	"unmeasured" bigint DEFAULT 0 NOT NULL,
	"list_cost" numeric,
	"effective_cost" numeric,
	CONSTRAINT "cost_rollups_unique" UNIQUE NULLS NOT DISTINCT("dimension","day","key","account_id","provider","card","evidence","is_allocated","period")
);
--> statement-breakpoint
CREATE TABLE "llm_usage" (
	"execution_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"tenant_id" text NOT NULL,
	"workflow_id" text,
	"attempt" integer NOT NULL,
	"provider" text NOT NULL,
	"model" text NOT NULL,
	"input_tokens" bigint NOT NULL,
	"cached_input_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint NOT NULL,
	"calls" integer DEFAULT 1 NOT NULL,
	"reported_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "llm_usage_execution_id_position_pk" PRIMARY KEY("execution_id","position")
);
--> statement-breakpoint
CREATE TABLE "pricing_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"period" text NOT NULL,
	"cause" text NOT NULL,
	"actor" text,
	"started_at" timestamp (6) with time zone NOT NULL,
	"finished_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"input_hash" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"output_hash" text NOT NULL,
	"charge_count" integer NOT NULL,
	"line_count" integer NOT NULL,
	"changed_count" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "run_costs" (
	"period" text NOT NULL,
	"execution_id" uuid NOT NULL,
	"day" date NOT NULL,
	"tenant_id" text,
	"workflow_id" text,
	"invocations" bigint NOT NULL,
	"list_cost" numeric NOT NULL,
	CONSTRAINT "run_costs_period_execution_id_pk" PRIMARY KEY("period","execution_id")
);
--> statement-breakpoint
CREATE TABLE "usage_cells" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "usage_cells_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"day" date NOT NULL,
	"host" text NOT NULL,
	"function" text NOT NULL,
	"tenant_id" text,
	"workflow_id" text,
	"epoch" integer DEFAULT 0 NOT NULL,
	"invocations" bigint DEFAULT 0 NOT NULL,
	"failures" bigint DEFAULT 0 NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"messages" bigint DEFAULT 0 NOT NULL,
	"ticks" bigint DEFAULT 0 NOT NULL,
	"wall_us" bigint DEFAULT 0 NOT NULL,
	"cpu_measured_us" bigint DEFAULT 0 NOT NULL,
	"cpu_estimated_us" bigint DEFAULT 0 NOT NULL,
	"cpu_unmeasured" bigint DEFAULT 0 NOT NULL,
	"sql_statements" bigint DEFAULT 0 NOT NULL,
	"sql_us" bigint DEFAULT 0 NOT NULL,
	"queue_messages" bigint DEFAULT 0 NOT NULL,
	"queue_bytes" bigint DEFAULT 0 NOT NULL,
	"queue_operations" bigint DEFAULT 0 NOT NULL,
	"published_messages" bigint DEFAULT 0 NOT NULL,
	"redis_commands" bigint DEFAULT 0 NOT NULL,
	"kv_reads" bigint DEFAULT 0 NOT NULL,
	"kv_writes" bigint DEFAULT 0 NOT NULL,
	"kv_deletes" bigint DEFAULT 0 NOT NULL,
	"kv_lists" bigint DEFAULT 0 NOT NULL,
	"outgoing_calls" bigint DEFAULT 0 NOT NULL,
	"log_events" bigint DEFAULT 0 NOT NULL,
	"log_bytes" bigint DEFAULT 0 NOT NULL,
	"uncounted" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_cells_unique" UNIQUE NULLS NOT DISTINCT("day","host","function","tenant_id","workflow_id","epoch")
);
--> statement-breakpoint
CREATE TABLE "usage_slices" (
	"cell_id" bigint NOT NULL,
	"day" date NOT NULL,
	"execution_id" uuid,
	"hour" smallint NOT NULL,
	"first_id" uuid NOT NULL,
	"last_id" uuid NOT NULL,
	"invocations" bigint DEFAULT 0 NOT NULL,
	"failures" bigint DEFAULT 0 NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"calls" bigint DEFAULT 0 NOT NULL,
	"messages" bigint DEFAULT 0 NOT NULL,
	"ticks" bigint DEFAULT 0 NOT NULL,
	"wall_us" bigint DEFAULT 0 NOT NULL,
	"cpu_measured_us" bigint DEFAULT 0 NOT NULL,
	"cpu_estimated_us" bigint DEFAULT 0 NOT NULL,
	"cpu_unmeasured" bigint DEFAULT 0 NOT NULL,
	"sql_statements" bigint DEFAULT 0 NOT NULL,
	"sql_us" bigint DEFAULT 0 NOT NULL,
	"queue_messages" bigint DEFAULT 0 NOT NULL,
	"queue_bytes" bigint DEFAULT 0 NOT NULL,
	"queue_operations" bigint DEFAULT 0 NOT NULL,
	"published_messages" bigint DEFAULT 0 NOT NULL,
	"redis_commands" bigint DEFAULT 0 NOT NULL,
	"kv_reads" bigint DEFAULT 0 NOT NULL,
	"kv_writes" bigint DEFAULT 0 NOT NULL,
	"kv_deletes" bigint DEFAULT 0 NOT NULL,
	"kv_lists" bigint DEFAULT 0 NOT NULL,
	"outgoing_calls" bigint DEFAULT 0 NOT NULL,
	"log_events" bigint DEFAULT 0 NOT NULL,
	"log_bytes" bigint DEFAULT 0 NOT NULL,
	"uncounted" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_slices_unique" UNIQUE NULLS NOT DISTINCT("cell_id","execution_id","hour")
);
--> statement-breakpoint
ALTER TABLE "user" ADD COLUMN "is_finance" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "host_processes" ADD COLUMN "recorded_count" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "host_processes" ADD COLUMN "gap_reported" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_packs" ADD COLUMN "host" text;--> statement-breakpoint
ALTER TABLE "usage_packs" ADD COLUMN "rolled_up_at" timestamp (6) with time zone;--> statement-breakpoint
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_invoice_id_invoices_id_fk" FOREIGN KEY ("invoice_id") REFERENCES "public"."invoices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invoices" ADD CONSTRAINT "invoices_import_id_cost_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."cost_imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invoice_lines_period_index" ON "invoice_lines" USING btree ("period","account_id","card","meter");--> statement-breakpoint
CREATE INDEX "invoices_period_index" ON "invoices" USING btree ("period","account_id");--> statement-breakpoint
CREATE INDEX "cost_charges_period_index" ON "cost_charges" USING btree ("period","account_id","card","meter");--> statement-breakpoint
CREATE INDEX "cost_lines_tenant_index" ON "cost_lines" USING btree ("tenant_id","day");--> statement-breakpoint
CREATE INDEX "cost_lines_function_index" ON "cost_lines" USING btree ("function","day");--> statement-breakpoint
CREATE INDEX "cost_lines_workflow_index" ON "cost_lines" USING btree ("workflow_id","day");--> statement-breakpoint
CREATE INDEX "cost_lines_cell_index" ON "cost_lines" USING btree ("cell_id");--> statement-breakpoint
CREATE INDEX "cost_rollups_period_index" ON "cost_rollups" USING btree ("period");--> statement-breakpoint
CREATE INDEX "llm_usage_reported_index" ON "llm_usage" USING btree ("reported_at");--> statement-breakpoint
CREATE INDEX "pricing_runs_period_index" ON "pricing_runs" USING btree ("period","started_at");--> statement-breakpoint
CREATE INDEX "run_costs_list_index" ON "run_costs" USING btree ("period","list_cost","execution_id");--> statement-breakpoint
CREATE INDEX "run_costs_tenant_index" ON "run_costs" USING btree ("tenant_id","period","list_cost","execution_id");--> statement-breakpoint
CREATE INDEX "run_costs_workflow_index" ON "run_costs" USING btree ("workflow_id","period","list_cost","execution_id");--> statement-breakpoint
CREATE INDEX "usage_slices_execution_index" ON "usage_slices" USING btree ("execution_id") WHERE execution_id is not null;--> statement-breakpoint
CREATE INDEX "usage_slices_day_index" ON "usage_slices" USING btree ("day");--> statement-breakpoint
CREATE INDEX "usage_packs_waiting_index" ON "usage_packs" USING btree ("id") WHERE rolled_up_at is null;