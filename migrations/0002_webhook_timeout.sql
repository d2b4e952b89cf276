ALTER TABLE "n8n_instances" ADD COLUMN "webhook_timeout_ms" integer DEFAULT 30000 NOT NULL;
