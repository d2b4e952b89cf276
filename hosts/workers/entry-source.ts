import { join } from "node:path";
import type { WorkerPlan } from "./worker-plan.ts";

/**
 * The module that a Worker's bundle begins with.
 * @param rootDir where the manifest and its handlers lie
 */
export function entrySource({ job, spec }: WorkerPlan, rootDir: string): string {
  const own = (file: string) => JSON.stringify(join(import.meta.dirname, file));
  const specText = JSON.stringify(spec);
  switch (job.kind) {
    case "service":
      return `import Handler from ${JSON.stringify(join(rootDir, job.entry))};
import { serviceWorker } from ${own("service-worker.ts")};
export default serviceWorker(${specText}, Handler);
`;
    case "observer":
      return `import * as module from ${JSON.stringify(join(rootDir, job.entry))};
import { observerWorker } from ${own("observer-worker.ts")};
export default observerWorker(${specText}, ${JSON.stringify(job.queue)}, module);
`;
    case "tickets": {
      const imports = job.observers.map(
        ({ entry }, i) => `import * as module${i} from ${JSON.stringify(join(rootDir, entry))};`,
      );
      const observers = job.observers.map(
        ({ name, queue, bindings }, i) =>
          `{ name: "${name}", queue: "${queue}", bindings: ${JSON.stringify(bindings)}, module: module${i} }`,
      );
      return `${imports.join("\n")}
import { ticketsWorker } from ${own("tickets-worker.ts")};
export default ticketsWorker(${specText}, [${observers.join(", ")}]);
`;
    }
    case "task":
      return `import Handler from ${JSON.stringify(join(rootDir, job.entry))};
import { taskWorker } from ${own("task-worker.ts")};
export default taskWorker(${specText}, Handler);
`;
    case "relay":
      return `import { relayWorker } from ${own("relay-worker.ts")};
export default relayWorker(${specText});
`;
    case "tail":
      return `import { tailWorker } from ${own("tail-worker.ts")};
export default tailWorker(${JSON.stringify(spec.application)});
`;
  }
}
