import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { resolveEnv } from "#hosts/starting/environment.ts";
import { readConfig } from "#shared/runtime/config.ts";
import { broken, type Check, ok, skipped, warn } from "../check.ts";

const PackageJson = z.object({ engines: z.object({ node: z.string().regex(/^>=\d+$/) }) });

/** Native type stripping without a flag came with it; `npm install` brings one along for older machines. */
const NATIVE_TYPES_MAJOR = 24;

export const nodeVersion: Check = {
  name: "Node",
  async run({ rootDir }) {
    const major = Number(process.versions.node.split(".")[0]);
    const { engines } = PackageJson.parse(JSON.parse(readFileSync(join(rootDir, "package.json"), "utf8")));
    const least = Number(engines.node.slice(2));
    if (major < least) return broken(`${process.version}, but ${engines.node} is needed`, "Run `npm install`.");
    if (major < NATIVE_TYPES_MAJOR) {
      return warn(
        `${process.version}: not the version Rainwire is tested with`,
        "Start through npm (`npm start`), which takes the Node that `npm install` brought.",
      );
    }
    return ok(process.version);
  },
};

export const manifest: Check = {
  name: "manifest",
  async run({ manifest: read }) {
    if ("error" in read)
      return broken(read.error, "Mend the lines named; `npm run manifest -- check raindrop.manifest` looks again.");
    const { services, observers, tasks, queues } = read.value;
    const says = `${services.length} services, ${queues.length} queues, ${observers.length} observers, ${tasks.length} tasks`;
    return [
      ok(says),
      ...read.warnings.map((line) => warn(line, "Mend the line, or leave it: the host starts with it.")),
    ];
  },
};

export const env: Check = {
  name: "env",
  async run({ manifest: read, environment, secrets, isEmbedded }) {
    if ("error" in read) return skipped("needs a valid manifest");
    // What the host adds by itself at its start; a placeholder stands for the embedded database.
    const provided = {
      PUBLIC_URL: "http://127.0.0.1:8787",
      RAINWIRE_SECRET: secrets.RAINWIRE_SECRET ?? "made at the first start".padEnd(32, "."),
      ...(isEmbedded && { DATABASE_URL: "postgres://embedded" }),
    };
    const resolved = resolveEnv(read.value, environment, provided);
    if (resolved.missing.length > 0)
      return resolved.missing.map((line) =>
        broken(line, "Set it, then start again: the host refuses to start without."),
      );
    const values = Object.fromEntries(read.value.env.map((variable) => [variable.name, resolved.valueOf(variable)]));
    try {
      readConfig(values);
    } catch (error) {
      return broken(
        error instanceof Error ? error.message : String(error),
        "Mend the values named, in the environment or in .env.",
      );
    }
    const set = read.value.env.filter(({ name }) => environment[name] !== undefined).map(({ name }) => name);
    return ok(`complete; set by you: ${set.join(", ") || "none, so the defaults hold"}`);
  },
};
