import { join } from "node:path";
import { say } from "../processes/say.ts";
import type { Contender } from "./contender.ts";
import type { CaseName } from "./load-cases.ts";
import { describeFigures, type Figures, measure, warm } from "./measure.ts";
import type { Options } from "./options.ts";
import { writeSlowestStatements } from "./slowest-statements.ts";
import type { Stage } from "./stage.ts";

const CONNECTIONS = [64, 750];
/** nginx and the floor know no writes that mean anything. */
const READS_ONLY: readonly CaseName[] = ["cached read"];

/** Each case of each contender, one right after the other, as often as told; who was last begins the next time. */
export async function measureLoads(
  stage: Stage,
  contenders: readonly Contender[],
  { cases, repeats, seconds, warmSeconds, profileDir }: Options,
): Promise<Map<string, Figures[]>> {
  const loads = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const name of cases) {
      for (const contender of repeat % 2 === 0 ? contenders : contenders.toReversed()) {
        const isReadsOnly = contender.pool === undefined;
        if (isReadsOnly && !READS_ONLY.includes(name)) continue;
        await stage.turn(contender, async () => {
          await warm(stage, contender, name, warmSeconds);
          for (const connections of CONNECTIONS) {
            const figures = await measure(stage, contender, { name, connections, seconds });
            loads.get(contender.name)?.push(figures);
            if (profileDir && contender.pool) {
              const file = `${contender.name}, ${name}, ${connections}.tsv`.replaceAll(" ", "-");
              await writeSlowestStatements(contender.pool, join(profileDir, file), figures.answered);
            }
            say(describeFigures(contender.name, figures));
          }
        });
      }
    }
  }
  return loads;
}
