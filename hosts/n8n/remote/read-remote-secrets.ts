import { parseEnv } from "node:util";
import { z } from "zod";
import { N8nSecrets, readSecrets } from "../credentials.ts";
import { readIfPresent } from "../private-file.ts";

export interface RemoteSecretsInput {
  environment: NodeJS.Dict<string>;
  /** KEY=value lines. */
  secretsFile: string | undefined;
  /** Rainwire's: its `secrets.env` is read, and made where it is missing. */
  dataDir: string;
}

/**
 * What Rainwire and an n8n share: from the environment, then the file, else from the host's own secrets. Throws, naming
 * the key and never its value, when one is missing or has the wrong form.
 */
export function readRemoteSecrets({ environment, secretsFile, dataDir }: RemoteSecretsInput): N8nSecrets {
  const inEnvironment = N8nSecrets.safeParse(environment);
  if (inEnvironment.success) return inEnvironment.data;
  const parsed = N8nSecrets.safeParse({
    ...(secretsFile === undefined ? readSecrets(dataDir) : readFile(secretsFile)),
    ...Object.fromEntries(Object.entries(environment).filter(([key]) => key in N8nSecrets.shape)),
  });
  if (parsed.success) return parsed.data;
  throw new Error(`A secret that Rainwire and n8n share is missing or wrong: ${z.prettifyError(parsed.error)}`);
}

function readFile(path: string): NodeJS.Dict<string> {
  const text = readIfPresent(path);
  if (text === undefined) throw new Error(`There is no ${path}: name a file of KEY=value lines with --secrets.`);
  return parseEnv(text);
}
