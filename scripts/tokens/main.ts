import { join } from "node:path";
import { parseArgs } from "node:util";
import { rotateNow, showStatus } from "./keys.ts";
import { openDeployment } from "./open-deployment.ts";
import { revoke } from "./revoke.ts";
import { runRehearsal } from "./run-rehearsal.ts";

const HELP = `npm run tokens -- status                     the signing keys, and when each takes its next step
npm run tokens -- rotate [--note TEXT]       ask for a rotation before its time; the n8n workflow decides
npm run tokens -- rotate --now               publish a successor now; it signs once every verifier has it
npm run tokens -- revoke --user ID           end a user's sessions and tokens (or --session, --family, --key)
npm run tokens -- revoke --signing-key KID   a key that somebody else may have: gone at once, with all it signed
npm run tokens -- rehearse [--rotations 10]  play rotations under load on a database of its own; ends with 1 on a failure

The deployment is DATABASE_URL and RAINWIRE_SECRET of the environment or .env, else the embedded one that runs.
`;

const ROOT = join(import.meta.dirname, "../..");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean" },
      now: { type: "boolean" },
      note: { type: "string" },
      user: { type: "string" },
      session: { type: "string" },
      family: { type: "string" },
      key: { type: "string" },
      "signing-key": { type: "string" },
      rotations: { type: "string", default: "10" },
    },
  });
  const [command] = positionals;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (command === "rehearse") return await runRehearsal(Number(values.rotations));
  if (command !== "status" && command !== "rotate" && command !== "revoke") {
    console.error(HELP);
    return 2;
  }
  const deployment = await openDeployment(ROOT);
  try {
    if (command === "status") return await showStatus(deployment);
    if (command === "rotate")
      return await rotateNow(deployment, { isNow: values.now ?? false, note: values.note ?? null });
    return await revoke(deployment, { ...values, signingKey: values["signing-key"] });
  } finally {
    await deployment.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
