import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startEmbeddedPostgres, stopEmbeddedPostgres } from "#hosts/node/postgres/embedded.ts";
import { temporaryDirectory } from "#tests/support/temporary-directory.ts";

const SCRIPT = join(import.meta.dirname, "..", "support", "embedded-process.ts");
const settings = { fsync: "off" };
let home: string;
let dataDir: string;
let children: ChildProcess[];

beforeEach(async () => {
  home = await temporaryDirectory("embedded");
  dataDir = join(home, "postgres");
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await stopEmbeddedPostgres(dataDir);
  await rm(home, { recursive: true, force: true });
});

describe("the embedded PostgreSQL", () => {
  it("starts a durable UTF-8 server that listens on loopback only", async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    expect(postgres.isOwner).toBe(true);
    expect(postgres.version).toMatch(/^18\./);
    const [row] = await query(
      postgres.url,
      `select current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
              current_setting('listen_addresses') as addresses, current_setting('server_encoding') as encoding,
              current_setting('autovacuum') as autovacuum, current_setting('jit') as jit,
              current_setting('shared_preload_libraries') as libraries, lower('ÄÉ') as lower`,
    );
    expect(row).toEqual({
      commit: "on",
      fsync: "on",
      addresses: "127.0.0.1",
      encoding: "UTF8",
      autovacuum: "on",
      jit: "off",
      libraries: "pg_stat_statements",
      lower: "äé",
    });
    expect((await stat(join(dataDir, "credentials.json"))).mode & 0o777).toBe(0o600);
    const wrong = postgres.url.replace(/:[^:@]+@/, ":wrong@");
    await expect(query(wrong, "select 1")).rejects.toMatchObject({ code: "28P01" });
    expect(await postgres.stop()).toBe("stopped");
  });

  it("keeps its data, port and password over a restart", async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings });
    await query(first.url, "create table kept as select 'still here' as word");
    expect(await first.stop()).toBe("stopped");
    await expect(query(first.url, "select 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });

    const second = await startEmbeddedPostgres({ dataDir, settings });
    expect(second.isOwner).toBe(true);
    expect(second.url).toBe(first.url);
    expect(await query(second.url, "select word from kept")).toEqual([{ word: "still here" }]);
    await second.stop();
  });

  it("takes another port when its own is taken, and refuses one that was asked for", async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings });
    await first.stop();
    const port = Number(new URL(first.url).port);
    const { createServer } = await import("node:net");
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    try {
      await expect(startEmbeddedPostgres({ dataDir, settings, port })).rejects.toThrow(
        `Port ${port} on 127.0.0.1 is taken`,
      );
      const second = await startEmbeddedPostgres({ dataDir, settings });
      expect(Number(new URL(second.url).port)).not.toBe(port);
      expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
      await second.stop();
    } finally {
      squatter.close();
    }
  });

  it("is joined by a second process, survives the kill -9 of the first, and ends with the last", async () => {
    const first = await inOtherProcess();
    const second = await startEmbeddedPostgres({ dataDir, settings });
    expect(first.isOwner).toBe(true);
    expect(second).toMatchObject({ isOwner: false, url: first.url });

    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    expect(await query(second.url, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await second.stop()).toBe("stopped");
  });

  it("is left running for another process and for any other client", async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings });
    const second = await inOtherProcess();
    expect(await first.stop()).toBe("left running");

    const client = new pg.Client({ connectionString: first.url });
    client.on("error", () => undefined);
    await client.connect();
    expect(await second.stop()).toBe("left running");
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("is started once by processes that start at the same instant", async () => {
    const processes = await Promise.all([inOtherProcess(), inOtherProcess(), inOtherProcess()]);
    expect(processes.map(({ isOwner }) => isOwner).sort()).toEqual([false, false, true]);
    expect(new Set(processes.map(({ url }) => url)).size).toBe(1);
    const answers: string[] = [];
    for (const process of processes) answers.push(await process.stop());
    expect(answers).toEqual(["left running", "left running", "stopped"]);
  });

  it("starts again with its data after a kill -9 of PostgreSQL", async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings });
    await query(first.url, "create table kept as select 7 as seven");
    process.kill(await postmasterPid(), "SIGKILL");

    const second = await startEmbeddedPostgres({ dataDir, settings });
    expect(second.isOwner).toBe(true);
    expect(await query(second.url, "select seven from kept")).toEqual([{ seven: 7 }]);
    await first.stop();
    await second.stop();
  });

  it.runIf(process.platform === "linux")(
    "is not misled by a stale process id that another program bears now",
    async () => {
      const first = await startEmbeddedPostgres({ dataDir, settings });
      const file = join(dataDir, "cluster", "postmaster.pid");
      const lines = (await readFile(file, "utf8")).split("\n");
      await first.stop();
      await writeFile(file, [process.pid, ...lines.slice(1)].join("\n"));

      const second = await startEmbeddedPostgres({ dataDir, settings });
      expect(second.isOwner).toBe(true);
      await second.stop();
    },
  );

  it("refuses the data of another major version and says how to bring it over", async () => {
    const postgres = await startEmbeddedPostgres({ dataDir, settings });
    await postgres.stop();
    const copy = join(home, "copy");
    await cp(dataDir, copy, { recursive: true });
    await writeFile(join(copy, "cluster", "PG_VERSION"), "17\n");

    const error = await startEmbeddedPostgres({ dataDir: copy, settings }).catch((reason: Error) => reason.message);
    expect(error).toContain("is of PostgreSQL 17, but PostgreSQL 18 is installed");
    expect(error).toContain('"npm run data -- export <file>"');
    expect(error).toContain('"npm run data -- import <file>"');
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, "cluster", "postmaster.pid"), "utf8")).split("\n")[0]);
}

interface OtherProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly isOwner: boolean;
  stop(): Promise<string>;
}

async function inOtherProcess(): Promise<OtherProcess> {
  const child = spawn(process.execPath, [SCRIPT, dataDir], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // safe: the script prints this as its first line.
  const { url, isOwner } = JSON.parse((await lines.next()).value ?? "{}") as { url: string; isOwner: boolean };
  return {
    child,
    url,
    isOwner,
    async stop() {
      child.stdin.end();
      return (await lines.next()).value ?? "";
    },
  };
}
