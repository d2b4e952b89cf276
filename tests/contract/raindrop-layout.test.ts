import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "#hosts/manifest/read.ts";

const ROOT = resolve(import.meta.dirname, "../..");

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "rainwire-raindrop-"));
  execFileSync(process.execPath, [join(ROOT, "hosts/raindrop/build.ts"), "--out", dir], { stdio: "pipe" });
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (path: string): string => readFileSync(join(dir, path), "utf8");
const HANDLERS = [
  ...["api", "auth", "hooks", "ops", "reports", "tickets"],
  ...["dispatch-workflow", "deliver-webhook", "write-interactions"],
  ...[
    "sweep-deliveries",
    "reconcile-executions",
    "digest-batching",
    "digest-caches",
    "price-usage",
    "rotate-signing-keys",
    "keep-history",
    "relay-outbox",
  ],
];

describe("the layout for the Raindrop CLI", () => {
  it("has a folder for each handler of its manifest, with index.ts beside raindrop.gen.ts", () => {
    const { manifest, errors } = readManifest(read("raindrop.manifest"), {
      file: "raindrop.manifest",
      folders: (path) => existsSync(join(dir, path)),
    });
    expect(errors).toEqual([]);
    const entries = [...(manifest?.services ?? []), ...(manifest?.observers ?? []), ...(manifest?.tasks ?? [])];
    expect(entries.map(({ name }) => name)).toEqual(expect.arrayContaining(HANDLERS));
    for (const { name, entry } of entries) {
      expect(entry).toBe(`src/${name}/index.ts`);
      expect(read(entry)).toMatch(/^export default class extends \w+\(/m);
      expect(read(`src/${name}/raindrop.gen.ts`)).toContain("export interface Env {");
    }
    expect(readdirSync(join(dir, "src")).toSorted()).toEqual(
      ["_app", "rainwire", ...entries.map(({ name }) => name)].toSorted(),
    );
  });

  it("sorts each Env without regard to case, and gives a service no stub of itself", () => {
    const membersOf = (name: string) =>
      [...read(`src/${name}/raindrop.gen.ts`).matchAll(/^ {2}(\w+):/gm)].map((match) => match[1] ?? "");
    for (const name of HANDLERS) {
      const members = membersOf(name).map((member) => member.toLowerCase());
      expect(members).toEqual(members.toSorted());
    }
    expect(membersOf("api")).not.toContain("API");
    expect(membersOf("api")).toEqual(
      expect.arrayContaining(["AUTH", "HOOKS", "OPS", "_raindrop", "WORKFLOW_DISPATCH"]),
    );
    expect(membersOf("keep-history")).toEqual(expect.arrayContaining(["API", "AUTH", "HOOKS", "OPS"]));
  });

  it("has the application's hooks, and the scripts of the vendor's template", () => {
    expect(read("src/_app/auth.ts")).toMatch(/export const verify = async \(request: Request, env: object\)/);
    expect(read("src/_app/auth.ts")).toMatch(/export const authorize = async \(request: Request, env: object\)/);
    expect(read("src/_app/cors.ts")).toMatch(/export function cors\(/);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> }; // safe: written by build.ts
    expect(scripts).toMatchObject({
      generate: "raindrop build generate",
      validate: "raindrop build validate",
      start: "raindrop build deploy --start",
    });
  });

  it("brings all the source it needs, and nothing of Node's", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: object }; // safe: written by build.ts
    for (const name of ["pg", "ioredis", "undici", "@hono/node-server", "@liquidmetal-ai/raindrop-framework"]) {
      expect(dependencies).not.toHaveProperty([name]);
    }
    expect(dependencies).toHaveProperty(["@neondatabase/serverless"], "1.2.0");
    const files = readdirSync(join(dir, "src"), { recursive: true, encoding: "utf8" }).filter((path) =>
      /\.tsx?$/.test(path),
    );
    expect(files.length).toBeGreaterThan(200);
    for (const path of files) {
      expect(read(join("src", path)), path).not.toMatch(/(from |import |import\()"(node:|#|[^"]*\.tsx?")/);
    }
  });

  it("bundles for the runtime below Raindrop, with nothing that only Node has", async () => {
    const { metafile } = await build({
      entryPoints: HANDLERS.map((name) => join(dir, `src/${name}/index.ts`)),
      outdir: join(dir, "out"),
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      conditions: ["workerd", "worker", "browser"],
      external: ["node:*"],
    });
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(imported.filter((path) => path !== "node:async_hooks" && path !== "node:crypto")).toEqual([]); // both are Cloudflare's too
  });

  it("type-checks with the configuration it is written with", () => {
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const run = () => execFileSync(process.execPath, [tsc, "--project", dir], { encoding: "utf8", stdio: "pipe" });
    expect(run()).toBe("");
  }, 60_000);
});
