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
DROP INDEX "user_interactions_user_index";--> statement-breakpoint
DROP INDEX "notifications_user_index";--> statement-breakpoint
DROP INDEX "user_goals_tenant_user_index";--> statement-breakpoint
DROP INDEX "user_interactions_goal_index";--> statement-breakpoint
CREATE INDEX "notifications_list_index" ON "notifications" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_goals_list_index" ON "user_goals" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_interactions_list_index" ON "user_interactions" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_list_index" ON "deliveries" USING btree ("tenant_id","created_at","id");--> statement-breakpoint
CREATE INDEX "notifications_user_index" ON "notifications" USING btree ("tenant_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_goals_tenant_user_index" ON "user_goals" USING btree ("tenant_id","user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "user_interactions_goal_index" ON "user_interactions" USING btree ("tenant_id","goal_id","created_at","id");