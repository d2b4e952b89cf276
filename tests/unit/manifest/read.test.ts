import { describe, expect, it } from "vitest";
import { bindingsOf } from "#hosts/manifest/bindings.ts";
import { generateTypes } from "#hosts/manifest/generate-types.ts";
import { handlersOf, type Manifest } from "#hosts/manifest/manifest.ts";
import { readManifest } from "#hosts/manifest/read.ts";

const TEXT = `application "demo" {
  env "ZONE" {
    default = "eu"
  }
  env "API_KEY" { secret = true }
  service "api" {
    visibility = "public"
    domain { cname = "demo" }
    env "ONLY_API" {}
    env "ZONE" {}
  }
  service "back-office" {}
  queue "jobs" {}
  queue "unheard" {}
  kv_cache "demo-cache" {}
  bucket "files" { location_hint = "weur" }
  smartsql "brain" {}
  observer "worker" { source { queue = "jobs" } }
  observer "filer" {
    source {
      bucket = "files"
      rule {
        actions = ["DeleteObject", "PutObject"]
        prefix = "in/"
      }
    }
  }
  task "nightly" {
    type = "cron"
    cron = "@daily"
  }
}
`;

function read(folders?: (path: string) => boolean): Manifest {
  const { manifest, errors } = readManifest(TEXT, { file: "m", folders });
  expect(errors).toEqual([]);
  if (manifest === undefined) throw new Error("the manifest of this test has errors");
  return manifest;
}

function namesSeenBy(name: string): string[] {
  const manifest = read();
  const handler = handlersOf(manifest).find((candidate) => candidate.name === name);
  if (handler === undefined) throw new Error(`the manifest of this test declares no handler ${name}`);
  return bindingsOf(manifest, handler).map((binding) => `${binding.kind} ${binding.name}`);
}

describe("readManifest", () => {
  it("returns the model that hosts read", () => {
    expect(read()).toEqual({
      file: "m",
      application: { name: "demo", at: { line: 1, column: 1 } },
      env: [
        { name: "ZONE", at: { line: 2, column: 3 }, isSecret: false, default: "eu" },
        { name: "API_KEY", at: { line: 5, column: 3 }, isSecret: true },
      ],
      services: [
        {
          kind: "service",
          name: "api",
          at: { line: 6, column: 3 },
          entry: "functions/api/index.ts",
          binding: "API",
          visibility: "public",
          domains: [{ cname: "demo" }],
          env: [
            { name: "ONLY_API", at: { line: 9, column: 5 }, isSecret: false },
            { name: "ZONE", at: { line: 10, column: 5 }, isSecret: false },
          ],
        },
        {
          kind: "service",
          name: "back-office",
          at: { line: 12, column: 3 },
          entry: "functions/back-office/index.ts",
          binding: "BACK_OFFICE",
          visibility: "private",
          domains: [],
          env: [],
        },
      ],
      observers: [
        {
          kind: "observer",
          name: "worker",
          at: { line: 18, column: 3 },
          entry: "events/observers/worker/index.ts",
          source: { kind: "queue", queue: "jobs", at: { line: 18, column: 40 } },
        },
        {
          kind: "observer",
          name: "filer",
          at: { line: 19, column: 3 },
          entry: "events/observers/filer/index.ts",
          source: {
            kind: "bucket",
            bucket: "files",
            rules: [{ actions: ["PutObject", "DeleteObject"], prefix: "in/" }],
            at: { line: 21, column: 16 },
          },
        },
      ],
      tasks: [
        {
          kind: "task",
          name: "nightly",
          at: { line: 28, column: 3 },
          entry: "events/tasks/nightly/index.ts",
          cron: "0 0 * * *",
        },
      ],
      queues: [
        { kind: "queue", name: "jobs", at: { line: 13, column: 3 }, binding: "JOBS", observer: "worker" },
        { kind: "queue", name: "unheard", at: { line: 14, column: 3 }, binding: "UNHEARD" },
      ],
      kvCaches: [{ kind: "kv_cache", name: "demo-cache", at: { line: 15, column: 3 }, binding: "DEMO_CACHE" }],
      buckets: [{ kind: "bucket", name: "files", at: { line: 16, column: 3 }, locationHint: "weur" }],
      others: [{ kind: "smartsql", name: "brain", at: { line: 17, column: 3 } }],
    });
  });

  it("gives the handler's file that exists", () => {
    const manifest = read((path) => path.startsWith("src/"));
    expect(handlersOf(manifest).map(({ entry }) => entry)).toEqual([
      "src/api/index.ts",
      "src/back-office/index.ts",
      "src/worker/index.ts",
      "src/filer/index.ts",
      "src/nightly/index.ts",
    ]);
  });

  it("returns no manifest when there is an error", () => {
    expect(readManifest('application "a" {\n oops = 1\n}', { file: "m" }).manifest).toBeUndefined();
  });
});

describe("bindingsOf", () => {
  it("gives a service its own env and every service but itself", () => {
    expect(namesSeenBy("api")).toEqual([
      "app _raindrop",
      "env API_KEY",
      "service BACK_OFFICE",
      "kv_cache DEMO_CACHE",
      "queue JOBS",
      "env ONLY_API",
      "env ZONE",
    ]);
  });

  it("gives observers and tasks the application's env and every service", () => {
    const seen = [
      "app _raindrop",
      "service API",
      "env API_KEY",
      "service BACK_OFFICE",
      "kv_cache DEMO_CACHE",
      "queue JOBS",
      "env ZONE",
    ];
    expect(namesSeenBy("worker")).toEqual(seen);
    expect(namesSeenBy("nightly")).toEqual(seen);
  });

  it("lets a service's own variable go before the application's", () => {
    const manifest = read();
    const [api] = manifest.services;
    if (api === undefined) throw new Error("the manifest of this test declares no service");
    const zone = bindingsOf(manifest, api).find(({ name }) => name === "ZONE");
    expect(zone).toEqual({
      kind: "env",
      name: "ZONE",
      variable: { name: "ZONE", at: { line: 10, column: 5 }, isSecret: false },
    });
  });
});

describe("generateTypes", () => {
  it("writes one Env beside each handler", () => {
    expect(generateTypes(read()).map(({ path }) => path)).toEqual([
      "functions/api/raindrop.gen.ts",
      "functions/back-office/raindrop.gen.ts",
      "events/observers/worker/raindrop.gen.ts",
      "events/observers/filer/raindrop.gen.ts",
      "events/tasks/nightly/raindrop.gen.ts",
    ]);
  });

  it("types each binding", () => {
    expect(generateTypes(read())[2]?.text.split("\n").slice(3)).toEqual([
      'import type { ServiceStub } from "#shared/raindrop/context.ts";',
      'import type { KvCache } from "#shared/raindrop/kv-cache.ts";',
      'import type { Queue } from "#shared/raindrop/queue.ts";',
      "",
      "export interface Env {",
      "  _raindrop: { app: { name: string } };",
      '  API: ServiceStub<import("../../../functions/api/index.ts").default>;',
      "  API_KEY: string;",
      '  BACK_OFFICE: ServiceStub<import("../../../functions/back-office/index.ts").default>;',
      "  DEMO_CACHE: KvCache;",
      "  JOBS: Queue<unknown>;",
      "  ZONE: string;",
      "}",
      "",
    ]);
  });

  it("imports only what the Env names", () => {
    const { manifest } = readManifest('application "a" {\n service "s" {}\n}', { file: "m" });
    const [file] = manifest === undefined ? [] : generateTypes(manifest);
    expect(file?.text.split("\n").slice(3)).toEqual([
      "export interface Env {",
      "  _raindrop: { app: { name: string } };",
      "}",
      "",
    ]);
  });
});
