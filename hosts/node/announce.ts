import { join } from "node:path";
import { writePrivateFile } from "#hosts/n8n/private-file.ts";
import type { FirstAccount } from "#shared/accounts/first-run.ts";
import { listInstances } from "#shared/workflows/instances.ts";
import type { Host } from "./start-host.ts";

/** Says, on standard error, what the host is connected to and what is missing. */
export async function announce(host: Host, dataDir: string): Promise<void> {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  say(`\nRainwire listens at ${host.url}`);
  say(`  API and docs   ${host.url}/docs  (OpenAPI: ${host.url}/openapi.json)`);
  say(`  sign-in        ${host.url}/auth/api/auth`);
  if (host.manifest.services.some(({ name }) => name === "reports")) say(`  costs          ${host.url}/reports/`);
  say(`  PostgreSQL     ${host.isEmbedded ? `embedded, in ${join(dataDir, "postgres")}` : "from DATABASE_URL"}`);
  for (const { id, baseUrl, hasApiKey } of await listInstances(host.instance.database)) {
    const isThere = await answers(host, `${baseUrl}/healthz`);
    say(
      `  n8n “${id}”     ${baseUrl}: ${isThere ? "answers" : "does not answer; start it with `npm run n8n`. Executions wait until it does"}`,
    );
    if (isThere && !hasApiKey)
      say("                 no API key: lost runs are driven again without a look-up (N8N_API_KEY)");
  }
  if (host.firstAccount) tellFirstAccount(host.firstAccount, dataDir, say);
  say("");
}

async function answers({ instance }: Host, url: string): Promise<boolean> {
  const result = await instance.sender.send({
    method: "GET",
    url,
    headers: {},
    timeoutMs: 2_000,
    isOperatorHost: true,
  });
  return result.kind === "answered" && result.status === 200;
}

/** Shown once: on a terminal, else in a file that only its owner can read. */
function tellFirstAccount(account: FirstAccount, dataDir: string, say: (line: string) => void): void {
  const lines = [
    `tenant    ${account.tenantName} (${account.tenantId})`,
    `e-mail    ${account.email}`,
    `password  ${account.password}`,
    `API key   ${account.apiKey}`,
  ];
  if (process.stderr.isTTY) {
    say("\nAn account to try it with. This is shown once; keep it:");
    for (const line of lines) say(`  ${line}`);
    return;
  }
  const path = join(dataDir, "first-account.txt");
  writePrivateFile(path, `${lines.join("\n")}\n`);
  say(`\nAn account to try it with is in ${path}, readable by you only.`);
}
