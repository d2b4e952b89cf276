import { startScratchDatabase } from "../../bench/processes/scratch-database.ts";
import { rehearse } from "../../bench/tokens/rehearse.ts";

/** Plays rotations and prints the figures. @returns 1 when a verification failed or a rotation is missing */
export async function runRehearsal(rotations: number): Promise<number> {
  if (!Number.isInteger(rotations) || rotations < 1) {
    console.error("--rotations wants a whole number above 0.");
    return 2;
  }
  const database = await startScratchDatabase();
  try {
    const figures = await rehearse({
      databaseUrl: database.url,
      rotations,
      onRotation: (done) => console.log(`rotation ${done} of ${rotations}`),
    });
    const { failed, issueMs } = figures;
    console.log(`
| rotations | seconds | tokens issued | by keys | verified with a kept JWKS | JWKS reads | API calls | issue p50 / p99 | too late to count | failed |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${figures.rotations} | ${figures.seconds.toFixed(1)} | ${figures.issued} | ${figures.keysUsed} | ${figures.verified} | ${figures.jwksReads} | ${figures.apiCalls} | ${issueMs.p50.toFixed(1)} / ${issueMs.p99.toFixed(1)} ms | ${figures.late} | ${failed.length} |`);
    for (const { why, kid } of failed.slice(0, 10)) console.error(`failed: ${why} (${kid})`);
    return failed.length === 0 && figures.rotations >= rotations ? 0 : 1;
  } finally {
    await database.drop();
  }
}
