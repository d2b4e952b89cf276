import { cpus } from "node:os";
import { join } from "node:path";
import { startScratchDatabase } from "../processes/scratch-database.ts";
import { measureSignInCheck } from "./sign-in-check.ts";

/** `npm run bench:tokens`: what it takes to know who sends a request, in the process. */
const TARGET_COLD_MS = 0.15;
const TARGET_MEMOISED_MS = 0.01;

const database = await startScratchDatabase();
try {
  const { checks, signatureP50Ms } = await measureSignInCheck(
    database.url,
    join(import.meta.dirname, "../../migrations"),
  );
  console.log(`Node ${process.version}; ${cpus().length} cores; ms a check, in process\n`);
  console.log("| presented | cold p50 | cold p99 | memoised |\n| --- | --- | --- | --- |");
  for (const { name, coldP50Ms, coldP99Ms, memoisedMs } of checks) {
    console.log(`| ${name} | ${coldP50Ms.toFixed(3)} | ${coldP99Ms.toFixed(3)} | ${memoisedMs.toFixed(4)} |`);
  }
  console.log(`\nThe Ed25519 signature alone, in the same run: ${signatureP50Ms.toFixed(3)} ms (p50)`);
  const jwt = checks[0];
  const isMet = jwt !== undefined && jwt.coldP50Ms <= TARGET_COLD_MS && jwt.memoisedMs <= TARGET_MEMOISED_MS;
  console.log(
    `\n${isMet ? "PASS" : "FAIL"} an access token: ${TARGET_COLD_MS} ms cold (p50) and ${TARGET_MEMOISED_MS} ms memoised at most`,
  );
  process.exitCode = isMet ? 0 : 1;
} finally {
  await database.drop();
}
