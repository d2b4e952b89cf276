import { createN8nApi, N8nApiError } from "#shared/adapters/n8n/n8n-api.ts";
import type { Database } from "#shared/database/database.ts";
import { sql } from "#shared/database/sql.ts";
import { type InstanceSecrets, listInstances, readInstanceSecrets } from "#shared/workflows/instances.ts";
import { broken, type Check, type Finding, NEEDS_DATABASE, ok, warn } from "../check.ts";
import { judgeClock } from "./database.ts";

const ASK_MS = 3_000;

/** Asks an n8n that the operator registered; redirects are not followed. */
const ask = (request: Request | string): Promise<Response> =>
  fetch(request, { redirect: "manual", signal: AbortSignal.timeout(ASK_MS) });

export const n8n: Check = {
  name: "n8n",
  needsDatabase: true,
  async run({ database, environment, secrets }) {
    if (!database) return NEEDS_DATABASE;
    const secret = environment.RAINWIRE_SECRET ?? secrets.RAINWIRE_SECRET;
    const instances = await listInstances(database);
    const findings = await Promise.all(
      instances.map(async ({ id, baseUrl }) => {
        const opened = secret === undefined ? undefined : await openInstance(database, secret, id);
        if (opened === undefined) return [sealedElsewhere(id), ...(await readiness(id, baseUrl))];
        const found = await readiness(id, baseUrl);
        return found.some(({ status }) => status === "ok") ? [...found, ...(await workflows(database, opened))] : found;
      }),
    );
    return findings.flat();
  },
};

const openInstance = (db: Database, secret: string, id: string): Promise<InstanceSecrets | undefined> =>
  readInstanceSecrets({ db, secret }, id).catch(() => undefined);

const sealedElsewhere = (id: string): Finding =>
  broken(
    `${id}: its keys were sealed under another RAINWIRE_SECRET than this data directory's`,
    "Give every host of this database the same RAINWIRE_SECRET, or register the instance again.",
  );

async function readiness(id: string, baseUrl: string): Promise<Finding[]> {
  const root = baseUrl.replace(/\/+$/, "");
  const askedAtMs = Date.now();
  const answer = await ask(`${root}/healthz/readiness`).catch(() => undefined);
  if (answer === undefined)
    return [
      warn(
        `${id}: ${root} does not answer`,
        "`npm run n8n` starts one here. Executions wait until it does and lose nothing.",
      ),
    ];
  await answer.body?.cancel();
  if (answer.status !== 200)
    return [
      warn(
        `${id}: ${root} answers ${answer.status}: not ready`,
        "It is starting, or cannot reach its own database: see n8n's log.",
      ),
    ];
  const says = ok(`${id}: ${root} is ready`);
  const date = Date.parse(answer.headers.get("date") ?? "");
  if (Number.isNaN(date)) return [says];
  // The header tells whole seconds, so half a second is nobody's fault.
  const aheadMs = date + 500 - (askedAtMs + Date.now()) / 2;
  const clock = judgeClock(Math.abs(aheadMs) <= 500 ? 0 : aheadMs, `the clock of n8n ${id}`);
  return clock.status === "ok" ? [says] : [says, clock];
}

/** Whether each workflow that an active mapping names is active there. n8n knows ours by the names of workflows/*.json. */
async function workflows(database: Database, { id, baseUrl, apiKey }: InstanceSecrets): Promise<Finding[]> {
  const mapped = await database.query(
    sql<{
      workflowId: string;
    }>`select distinct workflow_id from workflow_mappings where is_active and instance_id = ${id} order by 1`,
  );
  if (apiKey === null)
    return [
      warn(
        `${id}: no API key, so its workflows and lost runs cannot be looked up`,
        "Set N8N_API_KEY to one made in n8n.",
      ),
    ];
  try {
    const known = await createN8nApi({ baseUrl, apiKey, send: ask }).listWorkflows();
    const find = (workflowId: string) =>
      known.filter((one) => one.id === workflowId || one.name === workflowId || one.name.endsWith(`: ${workflowId}`));
    const missing = mapped
      .filter(({ workflowId }) => find(workflowId).length === 0)
      .map(({ workflowId }) => workflowId);
    const idle = mapped
      .filter(({ workflowId }) => find(workflowId).length > 0 && !find(workflowId).some(({ active }) => active))
      .map(({ workflowId }) => workflowId);
    const findings: Finding[] = [];
    if (missing.length > 0)
      findings.push(warn(`${id} lacks ${missing.join(", ")}`, "Import them from workflows/, as `npm run n8n` does."));
    if (idle.length > 0)
      findings.push(warn(`${id}: ${idle.join(", ")} not active`, "Activate them in n8n, or run `npm run n8n`."));
    return findings.length > 0 ? findings : [ok(`${id}: all ${mapped.length} mapped workflows are active`)];
  } catch (error) {
    if (error instanceof N8nApiError)
      return [warn(`${id}: ${error.message}`, "Set N8N_API_KEY to a key that n8n knows.")];
    throw error;
  }
}
