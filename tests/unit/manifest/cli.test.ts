import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadManifest, ManifestError } from "#hosts/manifest/load.ts";

const CLI = fileURLToPath(new URL("../../../hosts/manifest/cli.ts", import.meta.url));

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "rainwire-manifest-"));
  mkdirSync(join(root, "functions/api"), { recursive: true });
  writeFileSync(join(root, "functions/api/index.ts"), "");
  writeFileSync(join(root, "raindrop.manifest"), 'application "demo" {\n  service "api" {}\n  queue "q" {}\n}\n');
  writeFileSync(join(root, "homeless.manifest"), 'application "demo" {\n  service "away" {}\n}\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr };
}

const WARNING =
  'raindrop.manifest:3:3: queue "q" has no observer: nobody would handle its messages, so no handler gets env.Q; declare an observer for it or remove it';

describe("manifest check", () => {
  it("exits 0 on warnings alone and prints them apart", () => {
    const { status, stdout } = run("check", "raindrop.manifest");
    expect(stdout).toBe(`warning: ${WARNING}\nraindrop.manifest: 0 errors, 1 warning\n`);
    expect(status).toBe(0);
  });

  it("exits 1 on a missing handler, and 0 with --syntax-only", () => {
    expect(run("check", "homeless.manifest")).toEqual({
      status: 1,
      stdout:
        'homeless.manifest:2:3: service "away" has no handler: write functions/away/index.ts (or src/away/index.ts)\nhomeless.manifest: 1 error, 0 warnings\n',
      stderr: "",
    });
    expect(run("check", "--syntax-only", "homeless.manifest").status).toBe(0);
  });

  it("prints JSON", () => {
    expect(JSON.parse(run("check", "homeless.manifest", "--json").stdout)).toEqual({
      errors: [
        {
          file: "homeless.manifest",
          line: 2,
          column: 3,
          message: 'service "away" has no handler: write functions/away/index.ts (or src/away/index.ts)',
        },
      ],
      warnings: [],
    });
  });
});

describe("manifest types", () => {
  it("finds the types missing, writes them, then finds them up to date", () => {
    expect(run("types", "--check").status).toBe(1);
    expect(run("types").stdout).toContain("wrote functions/api/raindrop.gen.ts\n");
    expect(readFileSync(join(root, "functions/api/raindrop.gen.ts"), "utf8")).toContain("export interface Env {\n");
    expect(run("types", "--check").status).toBe(0);
  });

  it("writes nothing for a manifest with errors", () => {
    expect(run("types", "homeless.manifest").status).toBe(1);
  });
});

describe("usage", () => {
  it("prints help", () => {
    const { status, stdout } = run("--help");
    expect(stdout).toMatch(/^Usage:\n/);
    expect(status).toBe(0);
  });

  it.each([
    [[], "say what to do: check or types"],
    [["chek"], 'no command "chek"'],
    [["check", "a", "b"], 'one file at a time; "b" is too much'],
    [["types", "--json"], "types takes no --json"],
    [["check", "--nope"], "Unknown option '--nope'"],
    [["check", "absent.manifest"], "cannot read the manifest: ENOENT"],
  ])("exits 2 on %j", (args, message) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("loadManifest", () => {
  it("hands out warnings and returns the manifest", () => {
    const warnings: string[] = [];
    const manifest = loadManifest(join(root, "raindrop.manifest"), (line) => warnings.push(line));
    expect(manifest.services.map(({ entry }) => entry)).toEqual(["functions/api/index.ts"]);
    expect(warnings).toEqual([WARNING]);
  });

  it("throws every error at once", () => {
    const load = () => loadManifest(join(root, "homeless.manifest"), () => {});
    expect(load).toThrow(ManifestError);
    expect(load).toThrow('homeless.manifest:2:3: service "away" has no handler');
  });
});
