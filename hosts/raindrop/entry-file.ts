import { bindingsOf } from "#hosts/manifest/bindings.ts";
import type { Handler, Manifest } from "#hosts/manifest/manifest.ts";
import type { WorkerBinding, WorkerSpec } from "#hosts/workers/worker.ts";
import { RELAY_TASK, TICKETS_SERVICE } from "./own-handlers.ts";

/** What makes a handler of ours one that the vendor's framework can start, by the handler's kind. */
const STARTERS = {
  service: { file: "hosts/raindrop/start-service.ts", name: "startService" },
  observer: { file: "hosts/raindrop/start-observer.ts", name: "startObserver" },
  task: { file: "hosts/raindrop/start-task.ts", name: "startTask" },
  relay: { file: "hosts/raindrop/start-relay.ts", name: "startRelay" },
  tickets: { file: "hosts/raindrop/start-tickets.ts", name: "startTickets" },
} as const;

export const STARTER_FILES: readonly string[] = Object.values(STARTERS).map(({ file }) => file);

/**
 * `src/<name>/index.ts`. The framework makes an object of the default export per invocation and calls `fetch`,
 * `process` or `handle`; the class given to it hands our handler the isolate's Instance on the way.
 */
export function entryFile(manifest: Manifest, handler: Handler): string {
  const { file, name } = STARTERS[starterOf(handler)];
  const spec = JSON.stringify(specOf(manifest, handler), null, 2);
  const [imports, args] = importsAndArguments(manifest, handler);
  return `// Written by "npm run build:raindrop"; run it again after a change of the manifest.
import { ${name} } from "#${file}";
import type { WorkerSpec } from "#hosts/workers/worker.ts";
${imports}
const spec: WorkerSpec = ${spec};

export default class extends ${name}(${args}) {}
`;
}

const starterOf = ({ name, kind }: Handler): keyof typeof STARTERS =>
  name === RELAY_TASK ? "relay" : name === TICKETS_SERVICE ? "tickets" : kind;

function importsAndArguments(manifest: Manifest, handler: Handler): [imports: string, args: string] {
  switch (starterOf(handler)) {
    case "relay":
      return ["", "spec"];
    case "tickets":
      return [
        manifest.observers.map(({ entry }, i) => `import * as module${i} from "#${entry}";\n`).join(""),
        `spec, [\n${manifest.observers.map((observer, i) => `  ${ticketObserver(manifest, observer, i)},\n`).join("")}]`,
      ];
    case "observer":
      return [
        `import Handler, { subscription } from "#${handler.entry}";\n`,
        `spec, "${queueOf(handler)}", Handler, subscription`,
      ];
    default:
      return [`import Handler from "#${handler.entry}";\n`, "spec, Handler"];
  }
}

function ticketObserver(manifest: Manifest, observer: Handler, i: number): string {
  const { name, bindings } = specOf(manifest, observer);
  const values = { name, queue: queueOf(observer), bindings };
  return `{ ${Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}, `)
    .join("")}module: module${i} }`;
}

/** A Raindrop queue is bound once, so the relay sends its tickets where the handlers would send messages. */
export function specOf(manifest: Manifest, handler: Handler): WorkerSpec {
  const application = manifest.application.name;
  const bound = manifest.queues.filter(({ observer }) => observer !== undefined);
  return {
    application,
    name: handler.name,
    bindings: bindingsOf(manifest, handler).map((binding): WorkerBinding => {
      if (binding.kind === "app") return { kind: "app", name: binding.name, application };
      if (binding.kind === "queue") return { kind: "queue", name: binding.name, queue: binding.queue.name };
      return { kind: binding.kind, name: binding.name };
    }),
    producers: Object.fromEntries(bound.map(({ name, binding }) => [name, { binding }])),
  };
}

function queueOf(handler: Handler): string {
  if (handler.kind === "observer" && handler.source.kind === "queue") return handler.source.queue;
  throw new Error(`${handler.kind} ${handler.name} reads no queue: Rainwire has no buckets, so it cannot be laid out.`);
}
