import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { runCommand } from "../processes/run-command.ts";
import { replaceSection } from "../report/generated-section.ts";
import { measureSignInCheck } from "../tokens/sign-in-check.ts";
import { measureCompany } from "./company.ts";
import type { Contender } from "./contender.ts";
import { createDatabase } from "./databases.ts";
import type { Figures } from "./measure.ts";
import { measureLoads } from "./measure-loads.ts";
import { measureMetering } from "./metering.ts";
import { openContenders } from "./open-contenders.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { describeResults, type Results } from "./report.ts";
import { type Stage, withStage } from "./stage.ts";
import { checkCarries, findMostUsers } from "./users.ts";

const METERING_PAIRS = 5;
const ROOT = join(import.meta.dirname, "../..");

const run = (options: Options): Promise<boolean> =>
  withStage(options.goalsPerUser, async (stage) => {
    const { parts, seconds, isQuick, profileDir } = options;
    if (profileDir) await mkdir(profileDir, { recursive: true });
    const startedMs = performance.now();
    const loadAtStart = loadavg()[0] ?? 0;
    const { floor, nginx, plain, rainwire, unmetered } = await openContenders(stage, options);
    const loads = parts.has("loads")
      ? await measureLoads(
          stage,
          [floor, nginx, plain, rainwire].filter((one) => one !== undefined),
          options,
        )
      : new Map<string, Figures[]>();
    const users = parts.has("users") ? await measureUsers(stage, { floor, plain, rainwire }, options) : undefined;
    const company =
      parts.has("statements") && rainwire
        ? await measureCompany(stage, rainwire, { rounds: options.repeats, seconds: isQuick ? 2 : 5 })
        : undefined;
    const metering =
      rainwire && unmetered
        ? await measureMetering(
            stage,
            { on: rainwire, off: unmetered },
            { pairs: METERING_PAIRS, seconds: isQuick ? 1.5 : 4 },
          )
        : undefined;
    const signIn = parts.has("sign-in")
      ? await measureSignInCheck(await createDatabase(stage.postgresUrl, "sign_in"), join(ROOT, "migrations"))
      : undefined;

    const minutes = Math.round((performance.now() - startedMs) / 60_000);
    const about = [
      `${new Date().toISOString().slice(0, 10)}${isQuick ? ", `--quick`" : ""}: ${cpus().length} cores, Node ${process.version}, PostgreSQL ${stage.postgresVersion}.`,
      `${minutes} minutes; load average ${loadAtStart.toFixed(1)} when it began.`,
      `Each load ${seconds} s, ${options.repeats === 1 ? "once" : `${options.repeats} times in turn: the middle one, and the least and the most`}.`,
    ].join(" ");
    const results: Results = {
      about,
      loads,
      ...(users && { users }),
      ...(company && { company }),
      ...(metering && { metering }),
      ...(signIn && { signIn }),
    };
    const { lines, isReached } = describeResults(results);
    console.log(`\n${lines.join("\n")}`);
    if (options.isWritten) await writeToDocs(lines);
    return isReached;
  });

async function measureUsers(
  stage: Stage,
  { floor, plain, rainwire }: Record<"floor" | "plain" | "rainwire", Contender | undefined>,
  options: Options,
): Promise<NonNullable<Results["users"]>> {
  const found = [];
  for (const contender of [plain, rainwire]) {
    if (contender) found.push(await findMostUsers(stage, contender, options));
  }
  const most = Math.max(0, ...found.map(({ users }) => users));
  return { found, carried: floor && (await checkCarries(stage, floor, most, options.seconds)) };
}

async function writeToDocs(lines: readonly string[]): Promise<void> {
  const path = join(ROOT, "docs/benchmarks.md");
  await writeFile(path, replaceSection(await readFile(path, "utf8"), "bench:edge", lines));
  console.log("\nwritten to docs/benchmarks.md");
}

runCommand(HELP, readOptions, run);
