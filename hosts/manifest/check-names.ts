import { type Block, blocksOf, describeBlock, nameOf } from "./ast.ts";
import type { Report } from "./diagnostics.ts";
import { bindingName } from "./manifest.ts";

const ENV_NAME = /^[A-Z0-9_]+$/;
const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** What may become a folder's name and, in upper snake case, a key of env. */
const USABLE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

/** Blocks that a handler's env holds under a name made from theirs. */
const BOUND_KEYWORDS: readonly string[] = ["env", "service", "queue", "kv_cache"];
/** Blocks whose code the Raindrop CLI expects in one folder, `src/<name>`. */
const HANDLER_KEYWORDS: readonly string[] = ["service", "mcp_service", "actor", "observer", "task"];

/** Names: how they are written, which are taken twice, which would be one binding. */
export function checkNames(application: Block, report: Report): void {
  checkSpelling(application, report);
  for (const block of application.blocks) checkSpelling(block, report);
  checkDuplicates(application, report);
  checkBindings(application.blocks, report);
  checkSharedFolders(application, report);

  const shared = new Set(blocksOf(application, "env").map(nameOf));
  for (const service of blocksOf(application, "service")) {
    const own = blocksOf(service, "env");
    for (const env of own) checkSpelling(env, report);
    checkDuplicates(service, report);
    const others = application.blocks.filter((block) => block !== service && block.keyword !== "env");
    checkBindings([...others, ...own], report, new Set(own));
    for (const env of own.filter((block) => shared.has(nameOf(block)))) {
      report.warn(env.at, `${describeBlock(env)} is declared for the application too; the service sees this one`);
    }
  }
}

function checkSpelling(block: Block, report: Report): void {
  const label = block.labels[0];
  if (label === undefined) return;
  const { value, at } = label;
  if (block.keyword === "env") {
    if (!ENV_NAME.test(value)) {
      report.error(
        at,
        `"${value}" is no env name: only A-Z, 0-9 and _ are allowed${propose(value.toUpperCase(), ENV_NAME)}`,
      );
    }
  } else if (!USABLE_NAME.test(value)) {
    const message = `"${value}" cannot name a ${block.keyword}: a folder and a binding are made from it`;
    report.error(at, `${message}, so only letters, digits and - are allowed${propose(value, KEBAB_CASE)}`);
  } else if (!KEBAB_CASE.test(value)) {
    report.warn(at, `"${value}" is an odd name: kebab-case is usual${propose(value, KEBAB_CASE)}`);
  }
}

function propose(name: string, rule: RegExp): string {
  const separator = rule === ENV_NAME ? "_" : "-";
  const kebab = rule === ENV_NAME ? name : name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
  const proposal = kebab.replace(/[^A-Za-z0-9]+/g, separator).replace(/^[-_]+|-+$/g, "");
  return rule.test(proposal) ? `; "${proposal}" would do` : "";
}

function checkDuplicates(owner: Block, report: Report): void {
  const seen = new Map<string, Block>();
  for (const block of owner.blocks.filter((candidate) => candidate.labels.length > 0)) {
    const title = `${block.keyword} "${nameOf(block)}"`;
    const first = seen.get(title);
    if (first === undefined) seen.set(title, block);
    else report.error(block.at, `${title} is declared twice; the first is on line ${first.at.line}`);
  }
}

/** Two blocks of other names or kinds under one binding; with `only`, pairs are told of where one is among these. */
function checkBindings(blocks: readonly Block[], report: Report, only?: ReadonlySet<Block>): void {
  const seen = new Map<string, Block>();
  for (const block of blocks.filter(({ keyword }) => BOUND_KEYWORDS.includes(keyword))) {
    const name = nameOf(block);
    if (name === undefined) continue;
    const binding = bindingName(name);
    const first = seen.get(binding);
    if (first === undefined) seen.set(binding, block);
    else if (describeBlock(first) !== describeBlock(block) && (only === undefined || only.has(block))) {
      const both = `${describeBlock(block)} and ${describeBlock(first)} (line ${first.at.line})`;
      report.error(block.at, `${both} would both be env.${binding}; rename one`);
    }
  }
}

function checkSharedFolders(application: Block, report: Report): void {
  const seen = new Map<string, Block>();
  for (const block of application.blocks.filter(({ keyword }) => HANDLER_KEYWORDS.includes(keyword))) {
    const name = nameOf(block);
    if (name === undefined) continue;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, block);
    else if (first.keyword !== block.keyword) {
      const both = `${describeBlock(block)} and ${describeBlock(first)} (line ${first.at.line})`;
      report.warn(
        block.at,
        `${both} would share src/${name} in the layout of the Raindrop CLI; rename one to deploy there`,
      );
    }
  }
}
