import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { say } from "../processes/say.ts";
import type { Contender } from "./contender.ts";
import { createDatabase } from "./databases.ts";
import { openFloor } from "./floor.ts";
import { openNginx } from "./nginx.ts";
import type { Options } from "./options.ts";
import { openPlain } from "./plain.ts";
import { openRainwire, prepareRainwire } from "./rainwire.ts";
import type { Stage } from "./stage.ts";

const SAMPLE = { id: "01900000-0000-7000-8000-000000000000", title: "Goal", description: "Step by step. ".repeat(12) };
/** As large as the goal that the others answer. */
const BODY = {
  ...SAMPLE,
  milestones: [SAMPLE, SAMPLE, SAMPLE].map(({ id, title }) => ({ id, title, goalId: id })),
};

export interface Contenders {
  floor: Contender | undefined;
  nginx: Contender | undefined;
  plain: Contender | undefined;
  rainwire: Contender | undefined;
  /** Rainwire once more, metering nothing. */
  unmetered: Contender | undefined;
}

/** Starts all that take part, one after the other. */
export async function openContenders(stage: Stage, { contenders, parts, profileDir }: Options): Promise<Contenders> {
  const { dataDir, postgresUrl, webhookUrl, goalsPerUser } = stage;
  const opened: Contenders = {
    floor: undefined,
    nginx: undefined,
    plain: undefined,
    rainwire: undefined,
    unmetered: undefined,
  };
  if (contenders.has("floor")) opened.floor = await stage.admit(await openFloor(BODY));
  if (contenders.has("nginx")) {
    const nginx = await openNginx(dataDir, () => openFloor(BODY));
    if (nginx) opened.nginx = await stage.admit(nginx);
    else say("nginx is not installed: left out");
  }
  if (contenders.has("plain")) {
    say("the plain way: its database is made");
    opened.plain = await stage.admit(await openPlain(postgresUrl, webhookUrl, goalsPerUser));
  }
  if (!contenders.has("rainwire")) return opened;

  say("Rainwire: its database is made");
  const databaseUrl = await prepareRainwire(postgresUrl, "rainwire_on", { webhookUrl, goalsPerUser });
  if (parts.has("metering")) {
    const off = {
      name: "Rainwire without metering",
      databaseUrl: await createDatabase(postgresUrl, "rainwire_off", "rainwire_on"),
      dataDir: join(dataDir, "unmetered"),
      entry: fileURLToPath(import.meta.resolve("./unmetered-host.ts")),
    };
    opened.unmetered = await stage.admit(await openRainwire(off));
  }
  const nodeOptions = profileDir ? `--cpu-prof --cpu-prof-dir=${profileDir}` : "";
  const on = { name: "Rainwire", databaseUrl, dataDir: join(dataDir, "metered"), nodeOptions };
  opened.rainwire = await stage.admit(await openRainwire(on));
  return opened;
}
