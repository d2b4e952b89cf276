/** The parts of our own package.json that the laid out project takes over. */
export interface RootPackage {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The package.json with the scripts of the vendor's template and exactly the packages that the source imports, at our
 * versions. Throws, naming it, when one is not among our dependencies.
 */
export function packageJson(name: string, root: RootPackage, packages: readonly string[]): string {
  const dependencies = Object.fromEntries(
    packages.map((dependency) => {
      const version = root.dependencies[dependency];
      if (version === undefined) throw new Error(`${dependency} is imported and not in dependencies of package.json.`);
      return [dependency, version];
    }),
  );
  const project = {
    name,
    version: root.version,
    private: true,
    license: root.license,
    type: "module",
    scripts: {
      build: "tsc",
      generate: "raindrop build generate",
      validate: "raindrop build validate",
      start: "raindrop build deploy --start",
      stop: "raindrop build stop",
    },
    dependencies,
    devDependencies: { typescript: root.devDependencies.typescript },
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}

/** As strict as ours; without Node's types, since nothing of Node's is there. */
export function tsconfigJson(): string {
  const compilerOptions = {
    target: "es2024",
    lib: ["es2024", "esnext.iterator", "webworker"],
    module: "es2022",
    moduleResolution: "bundler",
    moduleDetection: "force",
    types: [],
    jsx: "react-jsx",
    jsxImportSource: "hono/jsx",
    noEmit: true,
    isolatedModules: true,
    resolveJsonModule: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  };
  return `${JSON.stringify({ compilerOptions, include: ["src"] }, null, 2)}\n`;
}
