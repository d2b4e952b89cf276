import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { formatDiagnostic } from "#hosts/manifest/diagnostics.ts";
import { type GeneratedFile, generateTypes } from "#hosts/manifest/generate-types.ts";
import { type Handler, handlersOf, type Manifest } from "#hosts/manifest/manifest.ts";
import { readManifest } from "#hosts/manifest/read.ts";
import { collectSource, locateIn } from "./collect-source.ts";
import { entryFile, STARTER_FILES } from "./entry-file.ts";
import { isOwn, withOwnHandlers } from "./own-handlers.ts";
import { packageJson, type RootPackage, tsconfigJson } from "./project-files.ts";
import { rewriteImports } from "./rewrite-imports.ts";

/** The application's hooks: where the CLI looks for them, and where ours are written. */
const APP_FILES = {
  "src/_app/auth.ts": "hosts/raindrop/app/auth.ts",
  "src/_app/cors.ts": "hosts/raindrop/app/cors.ts",
};

/** Our source beside the handlers' folders; the CLI builds what an `index.ts` imports and takes no other notice of it. */
const SOURCE_FOLDER = "src/rainwire";
const RESERVED_NAMES = ["rainwire", "_app"];

/** What `#adapters` is there: the runtime below Raindrop is Cloudflare's. */
const ADAPTERS = "hosts/workers/adapters.ts";

/**
 * The project that the Raindrop CLI expects (facts of its layout: docs/architecture.md, "The Raindrop surface"), as
 * files by path. Handlers keep their text; only the names of the modules they import change, to relative ones without
 * an extension, which every bundler and every TypeScript since 4.7 resolves.
 */
export function layOut(rootDir: string): GeneratedFile[] {
  const manifestText = withOwnHandlers(readFileSync(join(rootDir, "raindrop.manifest"), "utf8"));
  const manifest = read(manifestText);
  const handlers = handlersOf(manifest);
  refuseTaken(handlers);
  const locate = locateIn(ADAPTERS);
  const source = collectSource(
    rootDir,
    [
      ...handlers.flatMap(({ name, entry }) => (isOwn(name) ? [] : [entry])),
      ...STARTER_FILES,
      ...Object.values(APP_FILES),
    ],
    locate,
  );
  const hooks = new Map(Object.entries(APP_FILES).map(([path, ours]) => [ours, path]));
  const placeOf = (path: string) => (path.startsWith("src/") ? path : (hooks.get(path) ?? `${SOURCE_FOLDER}/${path}`));
  const moved = (path: string, text: string, importer = path): GeneratedFile => ({
    path,
    text: rewriteImports(text, (specifier) => {
      const found = locate(specifier, importer);
      return found === undefined ? specifier : withoutExtension(relative(path, placeOf(found)));
    }),
  });

  const root = JSON.parse(readFileSync(join(rootDir, "package.json"), "utf8")) as RootPackage; // safe: our own file
  return [
    { path: "raindrop.manifest", text: manifestText },
    { path: "package.json", text: packageJson(manifest.application.name, root, source.packages) },
    { path: "tsconfig.json", text: tsconfigJson() },
    ...handlers.map((handler) => moved(entryOf(handler), entryFile(manifest, handler))),
    ...typesBesideEntries(manifest).map(({ path, text }) => moved(path, text)),
    ...[...source.files].map(([path, text]) => moved(placeOf(path), text, path)),
  ];
}

function read(text: string): Manifest {
  const { manifest, errors } = readManifest(text, { file: "raindrop.manifest" });
  if (manifest === undefined) throw new Error(errors.map(formatDiagnostic).join("\n"));
  return manifest;
}

const entryOf = ({ name }: Handler): string => `src/${name}/index.ts`;

/** `raindrop.gen.ts` for the entries' own folders. The CLI writes its own over them. */
function typesBesideEntries(manifest: Manifest): GeneratedFile[] {
  const moved = <H extends Handler>(handler: H): H => ({ ...handler, entry: entryOf(handler) });
  return generateTypes({
    ...manifest,
    services: manifest.services.map(moved),
    observers: manifest.observers.map(moved),
    tasks: manifest.tasks.map(moved),
  });
}

function refuseTaken(handlers: readonly Handler[]): void {
  const taken = handlers.find(({ name }, i) => {
    return RESERVED_NAMES.includes(name) || handlers.some((other, j) => j < i && other.name === name);
  });
  if (taken) throw new Error(`src/${taken.name} is taken in Raindrop's layout; give the ${taken.kind} another name.`);
}

function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

const withoutExtension = (path: string): string => path.replace(/\.tsx?$/, "");
