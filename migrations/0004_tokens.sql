CREATE TABLE "credential_changes" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"xid" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	"subject" text NOT NULL,
	"is_end" boolean NOT NULL,
	"changed_at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refresh_families" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"session_id" text NOT NULL,
	"scopes" jsonb NOT NULL,
	"nonce" text NOT NULL,
	"generation" integer NOT NULL,
	"token_hash" text NOT NULL,
	"rotated_at" timestamp (6) with time zone NOT NULL,
	"created_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (6) with time zone NOT NULL,
	"revoked_at" timestamp (6) with time zone,
	"revoked_reason" text
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"private_key" text,
	"phase" text NOT NULL,
	"published_at" timestamp (6) with time zone NOT NULL,
	"promotable_at" timestamp (6) with time zone NOT NULL,
	"promotes_at" timestamp (6) with time zone NOT NULL,
	"promoted_at" timestamp (6) with time zone,
	"retires_at" timestamp (6) with time zone,
	"retired_at" timestamp (6) with time zone,
	"leaves_at" timestamp (6) with time zone,
	"announced_phase" text,
	CONSTRAINT "signing_keys_phase_check" CHECK (phase in ('published', 'signing', 'retired'))
);
--> statement-breakpoint
CREATE INDEX "credential_changes_xid_index" ON "credential_changes" USING btree ("xid");--> statement-breakpoint
CREATE INDEX "credential_changes_expires_index" ON "credential_changes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "refresh_families_user_index" ON "refresh_families" USING btree ("user_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "refresh_families_session_index" ON "refresh_families" USING btree ("session_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "refresh_families_expires_index" ON "refresh_families" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_signing_unique" ON "signing_keys" USING btree ("phase") WHERE phase = 'signing';--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_published_unique" ON "signing_keys" USING btree ("phase") WHERE phase = 'published';