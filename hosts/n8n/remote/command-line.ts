import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

export const HELP = `npm run workflows -- <command> [name …] --url <n8n> [options]

Keeps the workflows of workflows/ on a running n8n, over its public API. Nothing is deleted ever.

  push [name …]              create or update them, publish them, wait until their webhooks are live
  diff [name …]              say what differs: same, changed here, changed there, both, missing
  pull [name …]              write what was changed there to files; with names, those whatever their state
  status                     version, what is published and live, credentials
  backup                     write all workflows that are there, ours or not, to a dated folder
  restore <backup> [name …]  put workflows of a backup back (all of ours without names), after a backup

  --url <url>                the n8n (N8N_URL)
  --api-key <key>            of its public API (N8N_API_KEY, which no process list shows)
  --json                     one JSON document on stdout, progress on stderr
  --dry-run                  push, restore: say what would be done
  --help                     this text

  push
  --hooks-url <url>          where that n8n reaches Rainwire's hooks (as pushed last, else HOOKS_URL, else PUBLIC_URL/hooks)
  --overwrite <name|all>     take the project's version although it was edited in n8n; may be repeated
  --no-publish               write drafts; leave published or not as it is
  --secrets <file>           N8N_SIGNING_SECRET, N8N_WEBHOOK_KEY, N8N_ERROR_KEY; the environment wins (secrets.env)
  --renew-credentials        write the values of credentials that are there, too
  --register <url>           then tell the Rainwire there of this n8n, with
  --rainwire-key <key>       the key of an operator (RAINWIRE_KEY)
  --instance <id>            what Rainwire calls it (main)
  --instance-url <url>       where Rainwire reaches it (--url)

  --backups <dir>            where backups go (n8n-backups in Rainwire's data directory)
  --into <dir>               pull: where files go (workflows-pulled)

Ends with 0 when done or nothing was to do, 1 when it failed, 2 on wrong usage, 3 when a workflow was edited in n8n
(push then writes nothing; diff tells 3 too, so that a script may ask first).
`;

const COMMANDS = ["push", "diff", "pull", "status", "backup", "restore"] as const;
type Command = (typeof COMMANDS)[number];

export interface CommandLine {
  command: Command;
  names: string[];
  /** Of `restore`. */
  backup: string | undefined;
  url: string;
  apiKey: string;
  isJson: boolean;
  isDryRun: boolean;
  hooksUrl: string | undefined;
  overwrite: string[];
  shouldPublish: boolean;
  secretsFile: string | undefined;
  shouldRenewCredentials: boolean;
  register: { rainwireUrl: string; rainwireKey: string; instanceId: string; n8nUrl: string } | undefined;
  backupsDir: string | undefined;
  into: string;
}

/** Reads the arguments; undefined when help is asked for. Throws {@link UsageError}. */
export function readCommandLine(args: string[], environment: NodeJS.Dict<string>): CommandLine | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [command, ...names] = positionals;
  if (!isCommand(command)) {
    throw new UsageError(
      `${command === undefined ? "Name a command" : `"${command}" is no command`}: ${COMMANDS.join(", ")}. See --help.`,
    );
  }
  const backup = command === "restore" ? names.shift() : undefined;
  if (command === "restore" && backup === undefined) throw new UsageError("restore needs the folder of a backup.");
  if ((command === "status" || command === "backup") && names.length > 0) {
    throw new UsageError(`${command} takes no names: it is about all workflows.`);
  }
  const url = readUrl("--url", values.url ?? environment.N8N_URL);
  const apiKey = values["api-key"] ?? environment.N8N_API_KEY;
  if (!apiKey)
    throw new UsageError("An API key of the n8n is needed: --api-key or N8N_API_KEY (n8n: Settings, n8n API).");
  return {
    command,
    names,
    backup,
    url,
    apiKey,
    isJson: values.json,
    isDryRun: values["dry-run"],
    hooksUrl: values["hooks-url"] === undefined ? undefined : readUrl("--hooks-url", values["hooks-url"]),
    overwrite: values.overwrite,
    shouldPublish: !values["no-publish"],
    secretsFile: values.secrets,
    shouldRenewCredentials: values["renew-credentials"],
    register: readRegister(values, environment, url),
    backupsDir: values.backups,
    into: values.into,
  };
}

function readRegister(
  values: ReturnType<typeof parse>["values"],
  environment: NodeJS.Dict<string>,
  url: string,
): CommandLine["register"] {
  if (values.register === undefined) return undefined;
  const rainwireKey = values["rainwire-key"] ?? environment.RAINWIRE_KEY;
  if (!rainwireKey) throw new UsageError("--register needs an operator's key: --rainwire-key or RAINWIRE_KEY.");
  return {
    rainwireUrl: readUrl("--register", values.register),
    rainwireKey,
    instanceId: values.instance,
    n8nUrl: values["instance-url"] === undefined ? url : readUrl("--instance-url", values["instance-url"]),
  };
}

function parse(args: string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        url: text,
        "api-key": text,
        json: flag,
        "dry-run": flag,
        help: flag,
        "hooks-url": text,
        overwrite: { type: "string", multiple: true, default: [] },
        "no-publish": flag,
        secrets: text,
        "renew-credentials": flag,
        register: text,
        "rainwire-key": text,
        instance: { type: "string", default: "main" },
        "instance-url": text,
        backups: text,
        into: { type: "string", default: "workflows-pulled" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} See --help.`);
  }
}

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((command) => command === word);

function readUrl(name: string, value: string | undefined): string {
  if (!value) throw new UsageError(`${name} is needed: the address of an n8n, such as https://n8n.example.com.`);
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError(`${name} "${value}" is no http(s) URL.`);
  return value.replace(/\/+$/, "");
}
