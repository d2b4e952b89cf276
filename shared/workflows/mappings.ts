import type { Database } from "#shared/database/database.ts";
import { DatabaseError, isDuplicate } from "#shared/database/database.ts";
import { json, type Statement, sql } from "#shared/database/sql.ts";
import { reading, tableTag, touching } from "#shared/database/tags.ts";
import { type Failure, fail } from "#shared/kernel/errors.ts";

export interface Mapping {
  id: string;
  /** null: holds for every tenant. */
  tenantId: string | null;
  /** An action or event name; `*` is the fallback for actions. */
  trigger: string;
  workflowId: string;
  instanceId: string;
  webhookPath: string;
  /** Scopes of the token that a run is given. */
  operations: string[];
  isActive: boolean;
  priority: number;
  timeoutMs: number;
  maxAttempts: number;
  createdAt: Date;
  updatedAt: Date;
}

export type MappingInput = Omit<Mapping, "id" | "tenantId" | "createdAt" | "updatedAt">;
export type MappingChange = { [K in keyof MappingInput]?: MappingInput[K] | undefined };

const COLUMNS = sql`id, tenant_id, trigger, workflow_id, instance_id, webhook_path, operations, is_active, priority,
  timeout_ms, max_attempts, created_at, updated_at`;

/** Mappings that hold for everybody are in every tenant's list. */
const tagOf = (owner: string | null): string => tableTag("mappings", owner ?? "-");

/** Whose mapping it is: a tenant's own, or everybody's (`null`), which only operators change. */
const ownedBy = (owner: string | null): Statement =>
  owner === null ? sql`tenant_id is null` : sql`tenant_id = ${owner}`;

/** The tenant's own mappings and those that hold for everybody, in the order in which they are chosen. */
export const listMappings = (db: Database, tenantId: string): Promise<Mapping[]> =>
  db.query(
    reading(
      sql<Mapping>`select ${COLUMNS} from workflow_mappings where tenant_id = ${tenantId} or tenant_id is null
    order by trigger, tenant_id nulls last, priority desc, id`,
      [tagOf(tenantId), tagOf(null)],
    ),
  );

export async function createMapping(
  db: Database,
  owner: string | null,
  input: MappingInput,
): Promise<Mapping | Failure> {
  try {
    const [made] = await db.query(
      touching(
        sql<Mapping>`
      insert into workflow_mappings (tenant_id, trigger, workflow_id, instance_id, webhook_path, operations, is_active,
        priority, timeout_ms, max_attempts)
      values (${owner}, ${input.trigger}, ${input.workflowId}, ${input.instanceId}, ${input.webhookPath},
        ${json(input.operations)}, ${input.isActive}, ${input.priority}, ${input.timeoutMs}, ${input.maxAttempts})
      returning ${COLUMNS}`,
        tagOf(owner),
      ),
    );
    return made ?? fail("internal");
  } catch (error) {
    return toFailure(error);
  }
}

export async function changeMapping(
  db: Database,
  owner: string | null,
  id: string,
  change: MappingChange,
): Promise<Mapping | Failure> {
  const operations = change.operations === undefined ? null : JSON.stringify(change.operations);
  try {
    const [changed] = await db.query(
      touching(
        sql<Mapping>`
      update workflow_mappings set updated_at = now(),
        trigger = coalesce(${change.trigger ?? null}, trigger),
        workflow_id = coalesce(${change.workflowId ?? null}, workflow_id),
        instance_id = coalesce(${change.instanceId ?? null}, instance_id),
        webhook_path = coalesce(${change.webhookPath ?? null}, webhook_path),
        operations = coalesce(${operations}::jsonb, operations),
        is_active = coalesce(${change.isActive ?? null}::boolean, is_active),
        priority = coalesce(${change.priority ?? null}::int, priority),
        timeout_ms = coalesce(${change.timeoutMs ?? null}::int, timeout_ms),
        max_attempts = coalesce(${change.maxAttempts ?? null}::int, max_attempts)
      where id = ${id} and ${ownedBy(owner)} returning ${COLUMNS}`,
        tagOf(owner),
      ),
    );
    return changed ?? fail("not_found");
  } catch (error) {
    return toFailure(error);
  }
}

export async function deleteMapping(db: Database, owner: string | null, id: string): Promise<undefined | Failure> {
  const deleted = await db.query(
    touching(sql`delete from workflow_mappings where id = ${id} and ${ownedBy(owner)} returning id`, tagOf(owner)),
  );
  return deleted.length > 0 ? undefined : fail("not_found");
}

function toFailure(error: unknown): Failure {
  if (isDuplicate(error, "workflow_mappings_trigger_unique")) {
    return fail("already_exists", "This trigger is mapped to this workflow already: change that mapping.");
  }
  if (error instanceof DatabaseError && error.failure.kind === "foreign_key") {
    return fail("unknown_workflow", "There is no n8n instance of that id.", [
      { pointer: "/instanceId", detail: "names no registered n8n instance" },
    ]);
  }
  throw error;
}
