import { expect, it, onTestFinished } from "vitest";
import { makeDataDir, startProcess } from "#tests/support/host.ts";

it("makes one set of secrets when processes start together on a new data directory", async () => {
  const dataDir = makeDataDir();
  onTestFinished(() => dataDir.remove());
  const program = `import { hostSecrets } from "#hosts/node/secrets.ts";
    process.stdout.write(JSON.stringify(await hostSecrets(${JSON.stringify(dataDir.path)})));`;
  const started = [1, 2, 3].map(() => startProcess(["--input-type=module", "--eval", program], {}));
  expect(await Promise.all(started.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  const [first, ...others] = started.map(({ output }) => JSON.parse(output));
  expect(Object.keys(first)).toEqual(["RAINWIRE_SECRET", "N8N_SIGNING_SECRET", "N8N_WEBHOOK_KEY", "N8N_ERROR_KEY"]);
  expect(others).toEqual([first, first]);
});
