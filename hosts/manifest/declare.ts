import { type Block, blocksOf, isTrue, type Label, nameOf, stringOf } from "./ast.ts";
import { readCron } from "./cron.ts";
import { findEntry, type HasFile } from "./entries.ts";
import {
  type BucketRule,
  bindingName,
  type Declared,
  type Domain,
  type EnvVariable,
  type Handler,
  type Manifest,
  type ObserverSource,
  type OtherDeclaration,
  type QueueDeclaration,
  type Visibility,
} from "./manifest.ts";
import { BUCKET_ACTIONS, VISIBILITIES } from "./schema.ts";

const OTHER_KINDS: readonly OtherDeclaration["kind"][] = [
  "mcp_service",
  "actor",
  "smartbucket",
  "smartmemory",
  "smartsql",
  "vector_index",
  "sql_database",
];

/** Turns the tree of an application that passed every check into the model that hosts read. */
export function declare(application: Block, file: string, folders: HasFile | undefined): Manifest {
  const handler = <K extends Handler["kind"]>(kind: K, block: Block) => {
    const declared = identify(block);
    const entry = findEntry(kind, declared.name, folders);
    if (entry === undefined) throw unchecked(block, "its handler's file");
    return { kind, ...declared, entry };
  };
  const observers = blocksOf(application, "observer").map((block) => {
    return { ...handler("observer", block), source: declareSource(block) };
  });
  const observerOf = new Map(
    observers.flatMap(({ name, source }) => (source.kind === "queue" ? [[source.queue, name]] : [])),
  );
  return {
    file,
    application: identify(application),
    env: declareEnv(application),
    services: blocksOf(application, "service").map((block) => ({
      ...handler("service", block),
      ...bind(block),
      visibility: visibilityOf(block) ?? "private",
      domains: declareDomains(block),
      env: declareEnv(block),
    })),
    observers,
    tasks: blocksOf(application, "task").map((block) => ({ ...handler("task", block), cron: declareCron(block) })),
    queues: blocksOf(application, "queue").map((block): QueueDeclaration => {
      const observer = observerOf.get(identify(block).name);
      return { kind: "queue", ...identify(block), ...bind(block), ...(observer !== undefined && { observer }) };
    }),
    kvCaches: blocksOf(application, "kv_cache").map((block) => ({
      kind: "kv_cache",
      ...identify(block),
      ...bind(block),
    })),
    buckets: blocksOf(application, "bucket").map((block) => {
      const visibility = visibilityOf(block);
      const locationHint = stringOf(block, "location_hint")?.value;
      return {
        kind: "bucket",
        ...identify(block),
        ...(locationHint !== undefined && { locationHint }),
        ...(visibility !== undefined && { visibility }),
      };
    }),
    others: application.blocks.flatMap((block): OtherDeclaration[] => {
      const kind = OTHER_KINDS.find((candidate) => candidate === block.keyword);
      return kind === undefined ? [] : [{ kind, ...identify(block) }];
    }),
  };
}

function declareEnv(owner: Block): EnvVariable[] {
  return blocksOf(owner, "env").map((block) => {
    const preset = stringOf(block, "default")?.value;
    return { ...identify(block), isSecret: isTrue(block, "secret"), ...(preset !== undefined && { default: preset }) };
  });
}

function declareDomains(service: Block): Domain[] {
  return blocksOf(service, "domain").flatMap((block): Domain[] => {
    const cname = stringOf(block, "cname")?.value;
    const fqdn = stringOf(block, "fqdn")?.value;
    return [...(cname === undefined ? [] : [{ cname }]), ...(fqdn === undefined ? [] : [{ fqdn }])];
  });
}

function declareSource(observer: Block): ObserverSource {
  const source = blocksOf(observer, "source")[0];
  if (source === undefined) throw unchecked(observer, "its source");
  const queue = stringOf(source, "queue");
  if (queue !== undefined) return { kind: "queue", queue: queue.value, at: queue.at };
  const bucket = required(source, "bucket");
  return { kind: "bucket", bucket: bucket.value, rules: blocksOf(source, "rule").map(declareRule), at: bucket.at };
}

function declareRule(rule: Block): BucketRule {
  const list = rule.attributes.find(({ name }) => name === "actions")?.value;
  const written = list?.kind === "list" ? list.items : [];
  const actions = BUCKET_ACTIONS.filter((action) =>
    written.some((item) => item.kind === "string" && item.value === action),
  );
  const prefix = stringOf(rule, "prefix")?.value;
  return { actions, ...(prefix !== undefined && { prefix }) };
}

function declareCron(task: Block): string {
  const reading = readCron(required(task, "cron").value);
  if (reading.outcome === "wrong") throw unchecked(task, "its cron");
  return reading.cron;
}

function visibilityOf(block: Block): Visibility | undefined {
  return VISIBILITIES.find((visibility) => visibility === stringOf(block, "visibility")?.value);
}

function bind(block: Block): { binding: string } {
  return { binding: bindingName(identify(block).name) };
}

function identify(block: Block): Declared {
  const name = nameOf(block);
  if (name === undefined) throw unchecked(block, "its name");
  return { name, at: block.at };
}

function required(block: Block, attribute: string): Label {
  const value = stringOf(block, attribute);
  if (value === undefined) throw unchecked(block, `its ${attribute}`);
  return value;
}

function unchecked(block: Block, what: string): Error {
  const place = `line ${block.at.line}`;
  return new Error(`declare() met a ${block.keyword} (${place}) without ${what}: run check() on the tree before`);
}
