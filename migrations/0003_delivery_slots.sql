DROP INDEX "deliveries_sending_index";--> statement-breakpoint
CREATE INDEX "deliveries_slot_index" ON "deliveries" USING btree ("destination") WHERE lease_until is not null;