import { posix } from "node:path";
import { type Binding, bindingsOf } from "./bindings.ts";
import { type Handler, handlersOf, type Manifest } from "./manifest.ts";

export interface GeneratedFile {
  /** Relative to the manifest's folder, with "/" between folders. */
  readonly path: string;
  readonly text: string;
}

const HEADER = `// Written by "npm run manifest -- types" from the manifest; change that and run it again.
// AI, annotation, logger and tracer are absent on purpose: Rainwire's hosts hand what stands for them over in the context.
`;

/** The `raindrop.gen.ts` beside each handler, as it should be. Pure; `types` of the CLI writes them. */
export function generateTypes(manifest: Manifest): GeneratedFile[] {
  return handlersOf(manifest).map((handler) => ({
    path: posix.join(posix.dirname(handler.entry), "raindrop.gen.ts"),
    text: generateEnv(manifest, handler),
  }));
}

function generateEnv(manifest: Manifest, handler: Handler): string {
  const bindings = bindingsOf(manifest, handler);
  const kinds = new Set(bindings.map(({ kind }) => kind));
  const imports = [
    ...(kinds.has("service") ? ['import type { ServiceStub } from "#shared/raindrop/context.ts";'] : []),
    ...(kinds.has("kv_cache") ? ['import type { KvCache } from "#shared/raindrop/kv-cache.ts";'] : []),
    ...(kinds.has("queue") ? ['import type { Queue } from "#shared/raindrop/queue.ts";'] : []),
  ];
  const members = bindings.map((binding) => `  ${key(binding.name)}: ${typeOf(binding, handler)};`);
  return [HEADER, ...(imports.length > 0 ? [...imports, ""] : []), "export interface Env {", ...members, "}", ""].join(
    "\n",
  );
}

function typeOf(binding: Binding, handler: Handler): string {
  switch (binding.kind) {
    case "app":
      return "{ app: { name: string } }";
    case "env":
      return "string";
    case "queue":
      return "Queue<unknown>";
    case "kv_cache":
      return "KvCache";
    case "service":
      return `ServiceStub<import("${pathBetween(handler.entry, binding.service.entry)}").default>`;
  }
}

function pathBetween(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
