import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

/**
 * Fails when README.md or docs/*.md name a file, a folder or an `npm run …` that does not exist. A path is what a link
 * points to, or what stands in backticks, has a slash and begins with a name of the checkout's top level.
 */
const root = join(import.meta.dirname, "..");
const PackageJson = z.object({ scripts: z.record(z.string(), z.string()) });
const { scripts } = PackageJson.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

const problems: string[] = [];
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].filter((page) => existsSync(join(root, page)));
for (const page of pages) {
  let isFenced = false;
  readFileSync(join(root, page), "utf8")
    .split("\n")
    .forEach((line, index) => {
      if (/^\s*(```|~~~)/.test(line)) isFenced = !isFenced;
      for (const problem of [...deadScripts(line), ...(isFenced ? [] : deadPaths(line, page))]) {
        problems.push(`${page}:${index + 1}: ${problem}`);
      }
    });
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `${pages.length} pages: ${problems.length === 0 ? "every path and script is there" : `${problems.length} problems`}\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

function deadScripts(line: string): string[] {
  const named = [...line.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
  return named.filter((name) => !(name in scripts)).map((name) => `there is no script "${name}" in package.json`);
}

function deadPaths(line: string, page: string): string[] {
  const withoutCode = line.replace(/`[^`]*`/g, "");
  const links = [...withoutCode.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .map((target) => ({ written: target, path: join(root, dirname(page), target) }));
  const quoted = [...line.matchAll(/`([^`]+)`/g)]
    .map(([, text = ""]) => text.replace(/^\.\//, "").replace(/:\d+(:\d+)?$/, ""))
    .filter(isPath)
    .map((text) => ({ written: text, path: join(root, text) }));
  return [...links, ...quoted]
    .filter(({ path }) => !isMadeByCommands(relative(root, path)) && !existsSync(path))
    .map(({ written }) => `${written} does not exist`);
}

/** Routes begin with a slash, placeholders and globs have brackets or stars; none of them is a path of the checkout. */
function isPath(text: string): boolean {
  if (!/^[\w.-]+\/[\w./-]*$/.test(text) || isMadeByCommands(text)) return false;
  return existsSync(join(root, text.split("/")[0] ?? "")) || /\.(ts|md|json|sql|ya?ml)$/.test(text);
}

/** What the commands write is not in the repository. */
function isMadeByCommands(path: string): boolean {
  return path.startsWith(".rainwire") || path.startsWith("dist/");
}
