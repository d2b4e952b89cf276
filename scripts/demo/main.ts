import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { FLUSH_MS } from "#shared/costs/usage-writer.ts";
import { changeByPlainSql, chat, loseN8n, notify, planGoal, trespass } from "./acts.ts";
import { join, signIn } from "./people.ts";
import { report } from "./report.ts";
import { chapter, say } from "./say.ts";
import { openStage } from "./stage.ts";

/** The main job, played once on a fresh database and a real n8n: `npm run demo`. */
async function main(): Promise<void> {
  const since = new Date();
  chapter("The host and a real n8n start (n8n's first installation takes some minutes)");
  const stage = await openStage(resolve(import.meta.dirname, "../.."));
  try {
    chapter("Three users of two tenants sign in");
    const ada = await signIn(stage.host.url, "Ada");
    const bo = await signIn(stage.host.url, "Bo");
    const cy = await signIn(stage.host.url, "Cy");
    await join(ada, bo);
    say("Ada has a tenant and has invited Bo into it; Cy has one of his own");

    chapter("They create goals and chat; n8n plans and answers");
    const marathon = await planGoal(
      ada,
      "Run a half marathon",
      "Run 10 km without a break. Run 16 km slowly. Race 21 km.",
      "2027-04-18",
    );
    const greek = await planGoal(
      bo,
      "Order dinner in Greek",
      "Learn the alphabet. Learn 200 words. Talk for ten minutes.",
      "2027-06-01",
    );
    const book = await planGoal(cy, "Finish the book", "", "2027-03-01");
    await chat(ada, "I finished my first long run. How am I doing?", marathon);
    await chat(cy, "I am stuck and do not know where to begin.", book);
    await notify(bo, "Lesson tonight", "At eight, bring the flash cards.");
    await trespass(cy, marathon);

    chapter("A change made by plain SQL drives a workflow");
    await changeByPlainSql(stage, ada, marathon);

    chapter("n8n is killed and comes back with nothing lost");
    await loseN8n(stage, [ada, bo, cy], [marathon, greek, book]);

    await pause(2 * FLUSH_MS);
    await report(stage, since);
  } finally {
    chapter("Everything stops");
    await stage.close();
  }
  say("done");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
