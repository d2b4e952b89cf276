CREATE TABLE "account" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"account_id" text NOT NULL,
	"password" text,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp (6) with time zone,
	"refresh_token_expires_at" timestamp (6) with time zone,
	"scope" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_provider_unique" UNIQUE("provider_id","account_id")
);
--> statement-breakpoint
CREATE TABLE "apikey" (
	"id" text PRIMARY KEY NOT NULL,
	"config_id" text DEFAULT 'default' NOT NULL,
	"name" text,
	"start" text,
	"prefix" text,
	"reference_id" text NOT NULL,
	"key" text NOT NULL,
	"permissions" text,
	"metadata" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp (6) with time zone,
	"last_request" timestamp (6) with time zone,
	"rate_limit_enabled" boolean DEFAULT false NOT NULL,
	"rate_limit_time_window" integer,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0 NOT NULL,
	"remaining" integer,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "apikey_key_unique" UNIQUE("key")
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"inviter_id" text NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "jwks" (
	"id" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_key" text NOT NULL,
	"alg" text,
	"crv" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text DEFAULT 'member' NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "member_organization_user_unique" UNIQUE("organization_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"metadata" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "organization_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"token" text NOT NULL,
	"active_organization_id" text,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "user" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"is_operator" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "host_processes" (
	"id" integer PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"started_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"stopped_at" timestamp (6) with time zone,
	"served_count" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_packs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"process_id" integer NOT NULL,
	"first_sequence" bigint NOT NULL,
	"record_count" integer NOT NULL,
	"first_id" uuid NOT NULL,
	"last_id" uuid NOT NULL,
	"records" jsonb NOT NULL,
	"packed_at" timestamp (6) with time zone DEFAULT now() NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"tenant_id" text NOT NULL,
	"operation" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" text NOT NULL,
	"resource_id" uuid NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_pk" PRIMARY KEY("tenant_id","operation","key")
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant_id" text,
	"queue" text NOT NULL,
	"event_id" uuid,
	"body" jsonb,
	"delivery_id" uuid,
	"execution_id" uuid,
	"reason" text NOT NULL,
	"detail" text,
	"attempts" integer NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"replayed_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "event_subscriptions" (
	"event_name" text NOT NULL,
	"queue" text NOT NULL,
	"is_ordered" boolean NOT NULL,
	CONSTRAINT "event_subscriptions_event_name_queue_pk" PRIMARY KEY("event_name","queue")
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"name" text NOT NULL,
	"subject" text NOT NULL,
	"subject_version" bigint NOT NULL,
	"data" jsonb NOT NULL,
	"actor" text,
	"execution_id" uuid,
	"traceparent" text,
	"causation_id" uuid,
	"hop" integer DEFAULT 0 NOT NULL,
	"occurred_at" timestamp (6) with time zone DEFAULT now() NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"queue" text NOT NULL,
	"event_id" uuid,
	"body" jsonb,
	"tenant_id" text,
	"subject" text,
	"subject_version" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"available_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"leased_by" integer,
	"last_error" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "outbox_event_queue_unique" UNIQUE("event_id","queue")
);
--> statement-breakpoint
CREATE TABLE "milestones" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"goal_id" uuid NOT NULL,
	"title" text NOT NULL,
	"position" integer NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"due_date" date,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "milestones_tenant_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "notification_channels" (
	"tenant_id" text NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"signing_secret_encrypted" text,
	"is_active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notification_channels_pk" PRIMARY KEY("tenant_id","kind")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"goal_id" uuid,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"status" text NOT NULL,
	"channels" jsonb NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (6) with time zone,
	"read_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "user_goals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"title" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"phase" text DEFAULT 'exploring' NOT NULL,
	"progress_percent" integer DEFAULT 0 NOT NULL,
	"target_date" date,
	"validation" jsonb,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_goals_tenant_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "user_interactions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"goal_id" uuid,
	"kind" text NOT NULL,
	"author" text NOT NULL,
	"content" text NOT NULL,
	"rating" integer,
	"in_reply_to" uuid,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"execution_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"destination" text NOT NULL,
	"order_key" text NOT NULL,
	"order_version" bigint NOT NULL,
	"run_attempt" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"max_attempts" integer DEFAULT 12 NOT NULL,
	"next_attempt_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"is_parked" boolean DEFAULT false NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (6) with time zone,
	"last_error" text,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp (6) with time zone
);
--> statement-breakpoint
CREATE TABLE "delivery_attempts" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"delivery_id" uuid NOT NULL,
	"tenant_id" text NOT NULL,
	"run_attempt" integer NOT NULL,
	"attempt" integer NOT NULL,
	"outcome" text NOT NULL,
	"http_status" integer,
	"error" text,
	"duration_ms" integer NOT NULL,
	"started_at" timestamp (6) with time zone NOT NULL
) PARTITION BY RANGE ("id");
--> statement-breakpoint
CREATE TABLE "n8n_instances" (
	"id" text PRIMARY KEY NOT NULL,
	"base_url" text NOT NULL,
	"api_key_encrypted" text,
	"webhook_key_encrypted" text NOT NULL,
	"signing_secret_encrypted" text NOT NULL,
	"error_key_hash" text,
	"concurrency" integer DEFAULT 8 NOT NULL,
	"webhook_timeout_ms" integer DEFAULT 30000 NOT NULL,
	"breaker_state" text DEFAULT 'closed' NOT NULL,
	"breaker_failures" integer DEFAULT 0 NOT NULL,
	"breaker_openings" integer DEFAULT 0 NOT NULL,
	"breaker_retry_at" timestamp (6) with time zone,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "workflow_executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"mapping_id" uuid,
	"workflow_id" text,
	"instance_id" text,
	"workflow_version" text,
	"n8n_execution_id" text,
	"n8n_workflow_id" text,
	"trigger_type" text NOT NULL,
	"trigger" text NOT NULL,
	"event_id" uuid NOT NULL,
	"actor" text,
	"payload" jsonb NOT NULL,
	"subject" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"attempt" integer DEFAULT 1 NOT NULL,
	"max_attempts" integer DEFAULT 3 NOT NULL,
	"timeout_ms" integer DEFAULT 120000 NOT NULL,
	"deadline_at" timestamp (6) with time zone,
	"result" jsonb,
	"error_code" text,
	"error_message" text,
	"traceparent" text,
	"hop" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"dispatched_at" timestamp (6) with time zone,
	"started_at" timestamp (6) with time zone,
	"completed_at" timestamp (6) with time zone,
	CONSTRAINT "workflow_executions_tenant_id_unique" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "workflow_mappings" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant_id" text,
	"trigger" text NOT NULL,
	"workflow_id" text NOT NULL,
	"instance_id" text NOT NULL,
	"webhook_path" text NOT NULL,
	"operations" jsonb NOT NULL,
	"is_active" boolean DEFAULT true NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"timeout_ms" integer DEFAULT 120000 NOT NULL,
	"max_attempts" integer DEFAULT 3 NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workflow_mappings_trigger_unique" UNIQUE NULLS NOT DISTINCT("tenant_id","trigger","workflow_id")
);
--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "apikey" ADD CONSTRAINT "apikey_reference_id_organization_id_fk" FOREIGN KEY ("reference_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_inviter_id_user_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_active_organization_id_organization_id_fk" FOREIGN KEY ("active_organization_id") REFERENCES "public"."organization"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "milestones" ADD CONSTRAINT "milestones_goal_fk" FOREIGN KEY ("tenant_id","goal_id") REFERENCES "public"."user_goals"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_interactions" ADD CONSTRAINT "user_interactions_goal_fk" FOREIGN KEY ("tenant_id","goal_id") REFERENCES "public"."user_goals"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_execution_fk" FOREIGN KEY ("tenant_id","execution_id") REFERENCES "public"."workflow_executions"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workflow_mappings" ADD CONSTRAINT "workflow_mappings_instance_id_n8n_instances_id_fk" FOREIGN KEY ("instance_id") REFERENCES "public"."n8n_instances"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_user_index" ON "account" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "apikey_reference_index" ON "apikey" USING btree ("reference_id");--> statement-breakpoint
CREATE INDEX "apikey_expires_index" ON "apikey" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE INDEX "invitation_email_index" ON "invitation" USING btree ("email");--> statement-breakpoint
CREATE INDEX "invitation_organization_index" ON "invitation" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "member_user_index" ON "member" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_user_index" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "session_expires_index" ON "session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "verification_identifier_index" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "usage_packs_range_index" ON "usage_packs" USING btree ("first_id","last_id");--> statement-breakpoint
CREATE INDEX "dead_letters_open_index" ON "dead_letters" USING btree ("tenant_id","id") WHERE replayed_at is null;--> statement-breakpoint
CREATE INDEX "outbox_due_index" ON "outbox" USING btree ("queue","available_at");--> statement-breakpoint
CREATE INDEX "outbox_tenant_index" ON "outbox" USING btree ("queue",coalesce("tenant_id", '-'),"available_at");--> statement-breakpoint
CREATE INDEX "outbox_order_index" ON "outbox" USING btree ("queue","subject","subject_version") WHERE subject is not null;--> statement-breakpoint
CREATE INDEX "milestones_goal_index" ON "milestones" USING btree ("tenant_id","goal_id","position");--> statement-breakpoint
CREATE INDEX "notifications_list_index" ON "notifications" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "notifications_user_index" ON "notifications" USING btree ("tenant_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_goals_list_index" ON "user_goals" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_goals_tenant_user_index" ON "user_goals" USING btree ("tenant_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_interactions_list_index" ON "user_interactions" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_interactions_goal_index" ON "user_interactions" USING btree ("tenant_id","goal_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_execution_unique" ON "deliveries" USING btree ("execution_id");--> statement-breakpoint
CREATE INDEX "deliveries_list_index" ON "deliveries" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_slot_index" ON "deliveries" USING btree ("destination") WHERE lease_until is not null;--> statement-breakpoint
CREATE INDEX "deliveries_parked_index" ON "deliveries" USING btree ("destination","tenant_id","next_attempt_at") WHERE is_parked;--> statement-breakpoint
CREATE INDEX "deliveries_order_index" ON "deliveries" USING btree ("destination","order_key","order_version") WHERE status in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "delivery_attempts_delivery_index" ON "delivery_attempts" USING btree ("delivery_id");--> statement-breakpoint
CREATE INDEX "workflow_executions_list_index" ON "workflow_executions" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "workflow_executions_overdue_index" ON "workflow_executions" USING btree ("deadline_at") WHERE status in ('dispatched', 'running', 'waiting');--> statement-breakpoint
CREATE INDEX "workflow_executions_n8n_index" ON "workflow_executions" USING btree ("instance_id","n8n_execution_id");--> statement-breakpoint
CREATE INDEX "workflow_mappings_trigger_index" ON "workflow_mappings" USING btree ("trigger") WHERE is_active;