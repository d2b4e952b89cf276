import type { Database } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";
import { seal, unseal } from "#shared/kernel/sealed.ts";
import type { CHANNEL_KINDS } from "./tables.ts";
import { firstOf } from "./write-as.ts";

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export interface NotificationChannel {
  kind: ChannelKind;
  url: string;
  isActive: boolean;
  /** Requests carry the headers of Standard Webhooks. */
  isSigned: boolean;
  updatedAt: Date;
}

export interface ChannelInput {
  url: string;
  isActive: boolean;
  /** `whsec_` and base64; null: requests are not signed; undefined: the one set before stays. */
  signingSecret?: string | null | undefined;
}

interface ChannelsContext {
  readonly db: Database;
  /** Seals the signing secret. */
  readonly secret: string;
}

const COLUMNS = sql`kind, url, is_active, signing_secret_encrypted is not null as is_signed, updated_at`;

const purposeOf = (tenantId: string, kind: ChannelKind): string => `notification-channel:${tenantId}:${kind}`;

export async function readChannel(
  db: Database,
  tenantId: string,
  kind: ChannelKind,
): Promise<NotificationChannel | Failure> {
  return firstOf(
    await db.query(sql<NotificationChannel>`select ${COLUMNS} from notification_channels
      where tenant_id = ${tenantId} and kind = ${kind}`),
  );
}

/** Sets where the tenant's notifications go on a channel. */
export async function putChannel(
  { db, secret }: ChannelsContext,
  tenantId: string,
  kind: ChannelKind,
  { url, isActive, signingSecret }: ChannelInput,
): Promise<NotificationChannel | Failure> {
  const sealed = signingSecret ? await seal(secret, purposeOf(tenantId, kind), signingSecret) : null;
  return firstOf(
    await db.query(sql<NotificationChannel>`
      insert into notification_channels (tenant_id, kind, url, is_active, signing_secret_encrypted)
      values (${tenantId}, ${kind}, ${url}, ${isActive}, ${sealed})
      on conflict (tenant_id, kind) do update set url = excluded.url, is_active = excluded.is_active, updated_at = now(),
        signing_secret_encrypted = case when ${signingSecret === undefined}
          then notification_channels.signing_secret_encrypted else excluded.signing_secret_encrypted end
      returning ${COLUMNS}`),
  );
}

export async function deleteChannel(db: Database, tenantId: string, kind: ChannelKind): Promise<undefined | Failure> {
  const deleted = await db.query(
    sql`delete from notification_channels where tenant_id = ${tenantId} and kind = ${kind} returning kind`,
  );
  return deleted.length > 0 ? undefined : fail("not_found");
}

/** An active channel as a delivery needs it; the secret is still sealed. */
export interface ActiveChannel {
  kind: ChannelKind;
  url: string;
  signingSecretEncrypted: string | null;
}

export const activeChannelsOf = (tenantId: string): Statement<ActiveChannel> =>
  sql<ActiveChannel>`select kind, url, signing_secret_encrypted from notification_channels
    where tenant_id = ${tenantId} and is_active`;

/** The signing secret of a channel in the clear: never logged, never answered to anybody. */
export const signingSecretOf = async (
  secret: string,
  tenantId: string,
  { kind, signingSecretEncrypted }: ActiveChannel,
): Promise<string | null> =>
  signingSecretEncrypted === null ? null : await unseal(secret, purposeOf(tenantId, kind), signingSecretEncrypted);
