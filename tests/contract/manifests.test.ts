import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readManifest } from "#hosts/manifest/read.ts";

const shared = process.env.RAINWIRE_SHARED ?? fileURLToPath(new URL("../../../shared", import.meta.url));
const folder = join(shared, "data/manifests");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".manifest")) : [];

/** Every line of the refused file that holds an attribute or block outside the language, read off by hand. */
const REFUSED_LINES: Readonly<Record<string, readonly number[]>> = {
  "INVALID-ATTRS_adariumesh_Hansei-at-77b7e94--raindrop.manifest": [
    49, 50, 59, 60, 61, 65, 66, 67, 68, 72, 73, 74, 75, 79, 80, 81, 82, 87, 88, 89, 90, 91, 95, 96, 97, 101, 102, 103,
    110, 111, 117, 118, 124, 125, 130, 131, 132, 136, 137, 138, 142, 143, 144, 152, 159, 166, 173, 181, 182, 183, 184,
    189, 190, 191, 195, 196, 197, 201, 202, 203, 204, 208, 219,
  ],
};

const WARNED_LINES: Readonly<Record<string, readonly number[]>> = {
  "INVALID-ATTRS_adariumesh_Hansei-at-77b7e94--raindrop.manifest": [150, 157],
  "sharmilanangi_NudgeAI--raindrop.manifest": [1, 57, 60, 97, 107, 116],
  "tmoody1973_civicpulse--raindrop-workers_raindrop.manifest": [52],
};

describe("manifests of deployed applications", () => {
  if (files.length === 0) it.skip(`no ${folder}: set RAINWIRE_SHARED to the folder that holds data/manifests`);

  it.each(files)("%s", (file) => {
    const { manifest, errors, warnings } = readManifest(readFileSync(join(folder, file), "utf8"), { file });
    expect(errors.map(({ line }) => line)).toEqual(REFUSED_LINES[file] ?? []);
    expect(warnings.map(({ line }) => line)).toEqual(WARNED_LINES[file] ?? []);
    expect(manifest === undefined).toBe(file.startsWith("INVALID-"));
  });
});
