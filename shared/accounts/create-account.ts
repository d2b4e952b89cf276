import { z } from "zod";
import { type Database, isDuplicate } from "#shared/database/database.ts";
import { type Statement, sql } from "#shared/database/sql.ts";
import { uuidv7 } from "#shared/kernel/id.ts";
import type { Auth } from "./auth.ts";
import type { UserPrincipal } from "./principal.ts";
import { scopesOf } from "./scopes.ts";

export interface CreateAccountContext {
  readonly auth: Auth;
  readonly database: Database;
}

export const NewAccount = z.object({
  email: z.email().transform((email) => email.toLowerCase()),
  password: z.string().min(8).max(128),
  name: z.string().trim().min(1).max(200),
  tenantName: z.string().trim().min(1).max(200),
  isOperator: z.boolean().default(false),
  isFinance: z.boolean().default(false),
});
export type NewAccount = z.input<typeof NewAccount>;

export type CreateAccountResult =
  | { readonly kind: "created"; readonly tenantId: string; readonly userId: string }
  | { readonly kind: "email_taken" };

/** Makes a tenant and the user who owns it, both or neither. The user signs in with the password afterwards. */
export async function createAccount(ctx: CreateAccountContext, input: NewAccount): Promise<CreateAccountResult> {
  const { tenantId, userId, statements } = await accountStatements(ctx.auth, input);
  try {
    await ctx.database.batch(statements);
  } catch (error) {
    if (isDuplicate(error, "user_email_unique")) return { kind: "email_taken" };
    throw error;
  }
  return { kind: "created", tenantId, userId };
}

/** What {@link createAccount} writes, for a batch that states more beside it. */
export async function accountStatements(
  auth: Auth,
  input: NewAccount,
): Promise<{ tenantId: string; userId: string; statements: readonly Statement[] }> {
  const { email, password, name, tenantName, isOperator, isFinance } = NewAccount.parse(input);
  const { password: hasher } = await auth.$context;
  const hash = await hasher.hash(password);
  const [userId, tenantId] = [uuidv7(), uuidv7()];
  const slug = slugOf(tenantName, tenantId);
  const statements = [
    sql`insert into "user" (id, name, email, is_operator, is_finance)
      values (${userId}, ${name}, ${email}, ${isOperator}, ${isFinance})`,
    sql`insert into account (id, user_id, provider_id, account_id, password)
      values (${uuidv7()}, ${userId}, 'credential', ${userId}, ${hash})`,
    sql`insert into organization (id, name, slug) values (${tenantId}, ${tenantName}, ${slug})`,
    sql`insert into member (id, organization_id, user_id, role) values (${uuidv7()}, ${tenantId}, ${userId}, 'owner')`,
  ];
  return { tenantId, userId, statements };
}

/** The owner of a tenant as a principal without a session, for what is done in the owner's name right after. */
export const ownerPrincipal = (
  tenantId: string,
  userId: string,
  isOperator: boolean,
  isFinance = false,
): UserPrincipal => ({
  kind: "user",
  userId,
  tenantId,
  role: "owner",
  scopes: scopesOf("owner", { isOperator, isFinance }),
  isOperator,
  sessionId: "none",
});

/** Two tenants may share a name: the random end of the id tells them apart. */
function slugOf(name: string, id: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${words.slice(0, 40) || "tenant"}-${id.slice(-8)}`;
}
