import { getCurrentAdapter } from "@better-auth/core/context";
import type { DBAdapter } from "better-auth";

interface Membership {
  readonly organizationId: string;
}

interface Invited {
  readonly expiresAt: Date;
}

/**
 * The tenant that a new session of the user starts in: the one joined first, else a personal one made here, in the
 * caller's transaction. Undefined for somebody who was invited and has not accepted yet, and for an unknown user.
 */
export async function startingTenant(database: DBAdapter, userId: string): Promise<string | undefined> {
  // A sign-up runs in a transaction on Node, and only this adapter sees the user that it has just written.
  const adapter = await getCurrentAdapter(database);
  const ofUser = { field: "userId", value: userId };
  const [membership] = await adapter.findMany<Membership>({
    model: "member",
    where: [ofUser],
    sortBy: { field: "createdAt", direction: "asc" },
    limit: 1,
  });
  if (membership) return membership.organizationId;

  const user = await adapter.findOne<{ name: string; email: string }>({
    model: "user",
    where: [{ field: "id", value: userId }],
  });
  if (!user) return undefined;
  const invitations = await adapter.findMany<Invited>({
    model: "invitation",
    where: [
      { field: "email", value: user.email },
      { field: "status", value: "pending" },
    ],
  });
  const now = new Date();
  if (invitations.some(({ expiresAt }) => expiresAt > now)) return undefined;

  const tenant = await adapter.create<{ name: string; slug: string; createdAt: Date }, { id: string }>({
    model: "organization",
    data: { name: user.name.trim() || user.email, slug: `personal-${userId}`, createdAt: now },
  });
  await adapter.create({
    model: "member",
    data: { organizationId: tenant.id, userId, role: "owner", createdAt: now },
  });
  return tenant.id;
}
