import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { CHECKOUT, FIXTURE_APP, makeDataDir, startMain } from "#tests/support/host.ts";

const SECRET = "a secret of the tests that no error may hold";

describe("a host that cannot start", () => {
  let database: TestDatabase;
  let dataDir: ReturnType<typeof makeDataDir>;
  let app: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    dataDir = makeDataDir();
    // Inside the checkout, so that the handlers' #imports resolve.
    app = join(CHECKOUT, "tests/hosts", `.app-${crypto.randomUUID()}`);
    cpSync(FIXTURE_APP, app, { recursive: true, verbatimSymlinks: true });
  });

  afterEach(async () => {
    rmSync(app, { recursive: true, force: true });
    dataDir.remove();
    await database.drop();
  });

  const editManifest = (edit: (text: string) => string) =>
    writeFileSync(join(app, "raindrop.manifest"), edit(readFileSync(join(FIXTURE_APP, "raindrop.manifest"), "utf8")));
  const start = (env: Record<string, string> = {}) =>
    startMain({ DATABASE_URL: database.url, RAINWIRE_SECRET: SECRET, RAINWIRE_DATA_DIR: dataDir.path, ...env }, [
      "--app",
      app,
    ]);

  it("prints file, line and column of every manifest error", async () => {
    editManifest((text) =>
      text.replace('service "api" {', 'service "api" { ttl = 5').replace('queue = "batches"', 'queue = "nowhere"'),
    );
    const host = start();
    expect(await host.ended).toBe(1);
    expect(host.output).toMatch(/raindrop\.manifest:9:19: .*ttl/);
    expect(host.output).toMatch(/raindrop\.manifest:21:\d+: .*nowhere/);
  });

  it("refuses a block that it cannot run", async () => {
    editManifest((text) => text.replace('kv_cache "notes" {}', 'kv_cache "notes" {}\n  smartsql "facts" {}'));
    const host = start();
    expect(await host.ended).toBe(1);
    expect(host.output).toContain('raindrop.manifest:25:3: the Node host does not run smartsql "facts".');
  });

  it("refuses queues over QStash, since it has its own", async () => {
    const keys = { QSTASH_TOKEN: "t", QSTASH_CURRENT_SIGNING_KEY: "c", QSTASH_NEXT_SIGNING_KEY: "n" };
    editManifest((text) =>
      text.replace(
        /^(application .*)$/m,
        `$1\n${["QUEUES", ...Object.keys(keys)].map((name) => `  env "${name}" { default = "" }`).join("\n")}`,
      ),
    );
    const host = start({ QUEUES: "qstash", ...keys });
    expect(await host.ended).toBe(1);
    expect(host.output).toContain("QUEUES: the Node host has queues of its own");
  });

  it("names every env variable without a value, a service's own too, and no value", async () => {
    editManifest((text) =>
      text
        .replace('"GREETING" { default = "hello" }', '"GREETING" {}')
        .replace('"INNER_WORD" { default = "deep" }', '"INNER_WORD" {}'),
    );
    const host = start();
    expect(await host.ended).toBe(1);
    expect(host.output).toContain("GREETING: is missing");
    expect(host.output).toContain("INNER_WORD: is missing");
    expect(host.output).not.toContain(SECRET);
  });

  it("refuses a service with a route without a scope", async () => {
    mkdirSync(join(app, "functions/api"), { recursive: true });
    writeFileSync(
      join(app, "functions/api/index.ts"),
      `import { createEdge, sealEdge } from "#shared/http/create-edge.ts";
       const edge = createEdge();
       edge.get("/open", (c) => c.text("no scope"));
       sealEdge(edge);
       export default class {}`,
    );
    const host = start();
    expect(await host.ended).toBe(1);
    expect(host.output).toContain("Routes without a scope: GET /open");
  });

  it("names a taken port and how to choose another", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo; // safe: it listens on TCP
    const host = start({ PORT: String(port) });
    const code = await host.ended;
    other.close();
    expect(code).toBe(1);
    expect(host.output).toContain(`Port ${port} of 127.0.0.1 is taken`);
    expect(host.output).toContain(`PORT=${port + 1} npm start`);
  });

  it("reads .env, and stops with 0 on SIGTERM", async () => {
    writeFileSync(join(app, ".env"), "GREETING=from the file\nHOST=127.0.0.1\nLOG_LEVEL=\n");
    const host = start();
    const url = await host.listening;
    expect(await (await fetch(`${url}/greet`)).text()).toBe("from the file");
    host.child.kill("SIGTERM");
    expect(await host.ended).toBe(0);
  });
});
