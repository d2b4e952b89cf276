import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, startHost } from "#hosts/node/start-host.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { FIXTURE_APP, makeDataDir } from "#tests/support/host.ts";
import { eventually } from "#tests/support/n8n.ts";

const SECRET = "a secret of the tests that no log line may hold";

describe("an application on the Node host", () => {
  const dataDir = makeDataDir();
  const lines: string[] = [];
  let database: TestDatabase;
  let client: pg.Client;
  let host: Host;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    host = await startHost({
      rootDir: FIXTURE_APP,
      dataDir: dataDir.path,
      processEnv: { DATABASE_URL: database.url, RAINWIRE_SECRET: SECRET, INNER_WORD: "set" },
      port: 0,
      writeLog: (line) => lines.push(line),
    });
  });

  afterAll(async () => {
    await host.stop();
    await client.end();
    await database.drop();
    dataDir.remove();
  });

  const get = (path: string) => fetch(`${host.url}${path}`);
  const post = (path: string, body: unknown) =>
    fetch(`${host.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  const note = async (key: string): Promise<unknown> => (await get(`/notes/${key}`)).json();
  const noteOnce = (key: string, isDone: (value: unknown) => boolean) =>
    eventually(
      `the note ${key}`,
      async () => {
        const value = await note(key);
        return isDone(value) ? value : undefined;
      },
      5000,
    );
  const hasLength = (length: number) => (value: unknown) => Array.isArray(value) && value.length >= length;
  const deadLetter = (name: string) =>
    eventually(
      "the dead letter",
      async () => {
        const { rows } = await client.query(
          "select reason, detail, attempts from dead_letters where queue = 'jobs' and body ->> 'name' = $1",
          [name],
        );
        return rows[0];
      },
      8000,
    );

  it("hands the application's env to a handler, by the service's name and at the root", async () => {
    expect(await (await get("/greet")).text()).toBe("hello");
    expect(await (await get("/api/greet")).text()).toBe("hello");
  });

  it("leaves the path of a private service to the root service", async () => {
    expect(await (await get("/inner/here")).json()).toHaveProperty("added");
  });

  it("calls another service's methods and fetch, with that service's own env", async () => {
    expect(await (await get("/inner")).json()).toEqual({
      added: 5,
      fetched: "set /here",
      absent: "Service inner has no method absent.",
    });
  });

  it("answers 500 without inner text when a handler throws, and goes on serving", async () => {
    const broken = await get("/throw");
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain("the handler broke");
    expect((await get("/greet")).status).toBe(200);
  });

  it("delivers an acknowledged message once", async () => {
    await post("/jobs", { name: "plain", does: "ack" });
    expect(await noteOnce("plain", hasLength(1))).toEqual([1]);
  });

  it("delivers a retried message again, with the next attempt number", async () => {
    await post("/jobs", { name: "retried", does: "retry" });
    expect(await noteOnce("retried", hasLength(2))).toEqual([1, 2]);
  });

  it("makes a dead letter of a message whose attempts are spent", async () => {
    await post("/jobs", { name: "thrown", does: "throw" });
    expect(await deadLetter("thrown")).toEqual({ reason: "attempts_exhausted", detail: "cannot", attempts: 2 });
    expect(await note("thrown")).toEqual([1, 2]);
  });

  it("spends no attempt on RetryAt", async () => {
    await post("/jobs", { name: "later", does: "later" });
    expect(await noteOnce("later", hasLength(4))).toEqual([1, 1, 1, 1]);
  });

  it("makes a dead letter at once on PermanentError", async () => {
    await post("/jobs", { name: "hopeless", does: "give up" });
    expect(await deadLetter("hopeless")).toEqual({ reason: "hopeless", detail: "never will", attempts: 1 });
  });

  it("hands a Batch what was sent together, and returns what it retries", async () => {
    await post("/batches", ["a", "again", "b"]);
    expect(await noteOnce("batches", hasLength(2))).toEqual([
      [
        ["a", 1],
        ["again", 1],
        ["b", 1],
      ],
      [["again", 2]],
    ]);
  });

  it("writes one log line per invocation, with no secret in it", async () => {
    lines.length = 0;
    await get("/greet/abcdefghijklmnopqrstuvwx");
    const logged = lines.map((line) => JSON.parse(line)).filter(({ path }) => String(path).startsWith("/greet"));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatchObject({ message: "invocation", function: "api", path: "/greet/(hidden)", status: 200 });
    expect(lines.join("\n")).not.toContain(SECRET);
  });

  it("finishes requests and messages under way when it stops, and records every invocation", async () => {
    const slow = get("/slow/300");
    await post("/jobs", { name: "last", does: "slow" });
    await noteOnce("last", hasLength(1));
    await host.stop();
    expect(await (await slow).text()).toBe("done");
    const { rows } = await client.query("select count(*)::int as left from outbox where queue = 'jobs'");
    expect(rows).toEqual([{ left: 0 }]);
    const usage = await client.query(
      `select served_count::int as served, stopped_at is not null as stopped,
         (select sum(record_count)::int from usage_packs where process_id = h.id) as recorded from host_processes h`,
    );
    const invocations = usage.rows[0]?.served;
    expect(invocations).toBeGreaterThan(10);
    expect(usage.rows).toEqual([{ served: invocations, stopped: true, recorded: invocations }]);
  });
});
