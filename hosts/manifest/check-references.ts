import { type Block, blocksOf, describeBlock, type Label, nameOf, stringOf } from "./ast.ts";
import type { Report } from "./diagnostics.ts";
import { bindingName } from "./manifest.ts";

/** Observers and their sources: what they name exists, and a queue has one observer. */
export function checkReferences(application: Block, report: Report): void {
  const observerOf = new Map<string, Block>();
  for (const observer of blocksOf(application, "observer")) {
    const source = blocksOf(observer, "source")[0];
    if (source === undefined) continue;
    const queue = stringOf(source, "queue");
    const bucket = stringOf(source, "bucket");
    checkOneSource(source, report);
    if (bucket !== undefined) checkBucket(application, bucket, report);
    if (queue === undefined) continue;
    if (!names(application, "queue").has(queue.value)) reportDangling(application, "queue", queue, report);
    const other = observerOf.get(queue.value);
    if (other === undefined) observerOf.set(queue.value, observer);
    else {
      const taken = `${describeBlock(other)} (line ${other.at.line})`;
      report.error(queue.at, `queue "${queue.value}" has an observer already, ${taken}; a queue takes one at most`);
    }
  }
  for (const queue of blocksOf(application, "queue")) {
    const name = nameOf(queue);
    if (name === undefined || observerOf.has(name)) continue;
    const message = `${describeBlock(queue)} has no observer: nobody would handle its messages, so no handler gets`;
    report.warn(queue.at, `${message} env.${bindingName(name)}; declare an observer for it or remove it`);
  }
}

function checkOneSource(source: Block, report: Report): void {
  const [first, second] = source.attributes.filter(({ name }) => name === "queue" || name === "bucket");
  if (first === undefined) {
    report.error(source.at, 'a source names what it reads: write queue = "…" or bucket = "…"');
  } else if (second !== undefined && second.name !== first.name) {
    report.error(
      second.at,
      `a source reads one thing, and ${first.name} is set already; give the other its own observer`,
    );
  }
  const rule = blocksOf(source, "rule")[0];
  if (rule !== undefined && first?.name === "queue") {
    report.error(rule.at, "a rule picks among a bucket's events; a queue's messages all go to its observer");
  }
}

function checkBucket(application: Block, bucket: Label, report: Report): void {
  if (names(application, "bucket").has(bucket.value)) return;
  if (!names(application, "smartbucket").has(bucket.value)) reportDangling(application, "bucket", bucket, report);
  else
    report.warn(
      bucket.at,
      `"${bucket.value}" is a smartbucket; only the events of a bucket are documented as a source`,
    );
}

function reportDangling(application: Block, kind: "queue" | "bucket", reference: Label, report: Report): void {
  const { value, at } = reference;
  const otherKind = kind === "queue" ? "bucket" : "queue";
  const declared = [...names(application, kind)];
  let advice = `declare ${kind} "${value}" {}`;
  if (names(application, otherKind).has(value))
    advice = `"${value}" is a ${otherKind}: write ${otherKind} = "${value}"`;
  else if (declared.length > 0) advice += ` or name one of ${declared.join(", ")}`;
  report.error(at, `there is no ${kind} "${value}"; ${advice}`);
}

function names(application: Block, keyword: string): Set<string> {
  return new Set(blocksOf(application, keyword).flatMap((block) => nameOf(block) ?? []));
}
