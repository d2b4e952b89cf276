import { say } from "../processes/say.ts";
import type { Contender } from "./contender.ts";
import type { CaseName } from "./load-cases.ts";
import { describeFigures, type Figures, measure, warm } from "./measure.ts";
import type { Stage } from "./stage.ts";

const CONNECTIONS = 64;
const METERED_CASES = ["cached read", "mixed load"] as const satisfies readonly CaseName[];
const WARM_SECONDS = 1;

export interface MeteringPair {
  on: Figures;
  off: Figures;
}

export interface MeteringFigures {
  name: CaseName;
  pairs: readonly MeteringPair[];
}

/** Two hosts that differ in nothing but that one meters, under the same load in turn: on, off, on, off … */
export async function measureMetering(
  stage: Stage,
  { on, off }: { on: Contender; off: Contender },
  { pairs, seconds }: { pairs: number; seconds: number },
): Promise<MeteringFigures[]> {
  const measureOne = (contender: Contender, name: CaseName) =>
    stage.turn(contender, async () => {
      await warm(stage, contender, name, WARM_SECONDS);
      const figures = await measure(stage, contender, { name, connections: CONNECTIONS, seconds });
      say(describeFigures(contender.name, figures));
      return figures;
    });
  const all: MeteringFigures[] = [];
  for (const name of METERED_CASES) {
    const measured: MeteringPair[] = [];
    for (let pair = 0; pair < pairs; pair++) {
      measured.push({ on: await measureOne(on, name), off: await measureOne(off, name) });
    }
    all.push({ name, pairs: measured });
  }
  return all;
}
