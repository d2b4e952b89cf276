import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { credentialsFor } from "#hosts/n8n/credentials.ts";
import { freePort } from "#hosts/n8n/free-port.ts";
import { installN8n } from "#hosts/n8n/install.ts";
import { type N8n, startN8n } from "#hosts/n8n/n8n.ts";
import { rewriteHooksUrl } from "#hosts/n8n/rewrite-hooks-url.ts";
import { stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { say } from "./say.ts";

export interface Stage {
  host: Host;
  n8n: N8n;
  close(): Promise<void>;
}

/** A host with a database of its own and a real n8n beside it, both fresh. */
export async function openStage(rootDir: string): Promise<Stage> {
  const { version } = await installN8n({ onProgress: say });
  const dataDir = join(rootDir, ".rainwire", "demo");
  await stopEmbeddedPostgres(join(dataDir, "postgres"));
  await rm(dataDir, { recursive: true, force: true });
  await mkdir(dataDir, { recursive: true });

  const port = await freePort();
  const log = createWriteStream(join(dataDir, "host.log"));
  const host = await startHost({
    rootDir,
    dataDir,
    port,
    processEnv: { PUBLIC_URL: `http://127.0.0.1:${port}` },
    writeLog: (line) => log.write(`${line}\n`),
  });
  say(`the host runs with an embedded PostgreSQL: ${host.url} (log: ${join(dataDir, "host.log")})`);

  const n8n = await startN8n({
    dataDir: join(dataDir, "n8n"),
    port: await freePort(),
    ownerEmail: "owner@rainwire.localhost",
    imports: {
      workflows: { dir: join(rootDir, "workflows") },
      credentials: credentialsFor(dataDir),
      rewrite: rewriteHooksUrl(`${host.url}/hooks`),
    },
    onLog: say,
  }).catch(async (error: unknown) => {
    await host.stop();
    throw error;
  });
  say(`n8n ${version} runs with its workflows active: ${n8n.baseUrl}`);
  return {
    host,
    n8n,
    async close() {
      await n8n.stop();
      await host.stop();
      log.end();
    },
  };
}
