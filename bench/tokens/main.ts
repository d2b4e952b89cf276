import { cpus } from "node:os";
import { join } from "node:path";
import { startScratchDatabase } from "../processes/scratch-database.ts";
import { measureSignInCheck } from "./sign-in-check.ts";
import { SIGN_IN_TARGETS, signInTable } from "./sign-in-table.ts";

/** `npm run bench:tokens`: what it takes to know who sends a request, in the process. */
const database = await startScratchDatabase();
try {
  const figures = await measureSignInCheck(database.url, join(import.meta.dirname, "../../migrations"));
  console.log(`Node ${process.version}; ${cpus().length} cores; ms a check, in process\n`);
  console.log(signInTable(figures).join("\n"));
  const { coldMs, memoisedMs } = SIGN_IN_TARGETS;
  const [jwt] = figures.checks;
  const isMet = jwt !== undefined && jwt.coldP50Ms <= coldMs && jwt.memoisedMs <= memoisedMs;
  console.log(
    `\n${isMet ? "PASS" : "FAIL"} an access token: ${coldMs} ms cold (p50) and ${memoisedMs} ms memoised at most`,
  );
  process.exitCode = isMet ? 0 : 1;
} finally {
  await database.drop();
}
