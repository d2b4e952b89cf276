import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { z } from "zod";
import type { N8nCredential } from "./import.ts";
import { readIfPresent, writePrivateFile } from "./private-file.ts";

/** What Rainwire and its own n8n share. The host reads the same file. */
export const N8nSecrets = z.object({
  /** Standard Webhooks form: `whsec_` + base64 of printable ASCII, since n8n's Crypto node takes its key as text. */
  N8N_SIGNING_SECRET: z.string().regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/, "must be whsec_ followed by base64"),
  /** What n8n demands of callers in `x-rainwire-key`, before an execution exists. */
  N8N_WEBHOOK_KEY: z.string().min(16),
  /** The bearer token that the error workflow reports with. */
  N8N_ERROR_KEY: z.string().min(16),
  /** The mail server of the workflows that send mail: `smtp://user:password@host:587`, or `smtps://…:465`. */
  SMTP_URL: z
    .string()
    .refine((text) => /^smtps?:$/.test(URL.parse(text)?.protocol ?? ""), "must begin with smtp:// or smtps://")
    .optional(),
});
export type N8nSecrets = z.infer<typeof N8nSecrets>;

const GENERATORS: Record<Exclude<keyof N8nSecrets, "SMTP_URL">, () => string> = {
  N8N_SIGNING_SECRET: () => `whsec_${Buffer.from(randomBytes(24).toString("base64url"), "ascii").toString("base64")}`,
  N8N_WEBHOOK_KEY: () => randomBytes(24).toString("base64url"),
  N8N_ERROR_KEY: () => `rwe_${randomBytes(24).toString("base64url")}`, // the prefix tells an instance from a tenant
};

export function secretsFile(dataDir: string): string {
  return join(dataDir, "secrets.env");
}

/**
 * Reads `<dataDir>/secrets.env` (KEY=value lines, 0600), adding those of n8n's keys that it lacks and leaving
 * every other line as it is. Throws, naming the key and never its value, when one has the wrong form.
 */
export function readSecrets(dataDir: string): N8nSecrets {
  const path = secretsFile(dataDir);
  const text = readIfPresent(path) ?? "";
  const values: NodeJS.Dict<string> = parseEnv(text);
  const added: string[] = [];
  for (const [key, generate] of Object.entries(GENERATORS)) {
    if (values[key]) continue;
    const value = generate();
    values[key] = value;
    added.push(`${key}=${value}`);
  }
  const parsed = N8nSecrets.safeParse(values);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
    throw new Error(
      `${path} holds a secret of the wrong form (${problems}). Mend that line, or delete it to get a new one.`,
    );
  }
  if (added.length > 0) writePrivateFile(path, `${[text.trimEnd(), ...added].filter(Boolean).join("\n")}\n`);
  return parsed.data;
}

/**
 * The credentials that `workflows/*.json` name by id. `dataDir` is Rainwire's, not n8n's. SMTP_URL of the environment
 * wins over the one in `secrets.env`.
 */
export function credentialsFor(dataDir: string, { SMTP_URL }: NodeJS.Dict<string> = {}): N8nCredential[] {
  const secrets = readSecrets(dataDir);
  if (SMTP_URL === undefined) return credentialsFrom(secrets);
  const parsed = N8nSecrets.shape.SMTP_URL.safeParse(SMTP_URL);
  if (!parsed.success) throw new Error("SMTP_URL in the environment must begin with smtp:// or smtps://.");
  return credentialsFrom({ ...secrets, SMTP_URL });
}

/** Throws when the signing secret is not one that n8n's Crypto node can take. */
export function credentialsFrom(secrets: N8nSecrets): N8nCredential[] {
  return [
    {
      id: "rainwireSigning0",
      name: "Rainwire signing secret",
      type: "crypto",
      data: { hmacSecret: signingKeyText(secrets.N8N_SIGNING_SECRET) },
    },
    {
      id: "rainwireHeader01",
      name: "Rainwire webhook header",
      type: "httpHeaderAuth",
      data: { name: "x-rainwire-key", value: secrets.N8N_WEBHOOK_KEY },
    },
    {
      id: "rainwireErrors01",
      name: "Rainwire error reports",
      type: "httpHeaderAuth",
      data: { name: "Authorization", value: `Bearer ${secrets.N8N_ERROR_KEY}` },
    },
    { id: "rainwireSmtp0001", name: "Rainwire SMTP", type: "smtp", data: smtpData(secrets.SMTP_URL ?? LOCAL_SMTP) },
  ];
}

/** n8n refuses a workflow that names a credential which is not there, so it has one before a mail server is named. */
const LOCAL_SMTP = "smtp://localhost:25";

/** As n8n's SMTP credential holds it. A server without TLS from the start is asked for STARTTLS. */
function smtpData(smtpUrl: string): Record<string, unknown> {
  const { protocol, hostname, port, username, password } = new URL(smtpUrl);
  const isSecure = protocol === "smtps:";
  return {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || (isSecure ? 465 : 587)),
    secure: isSecure,
    ...(isSecure ? {} : { disableStartTls: false }),
    hostName: "",
  };
}

/** The text that n8n's Crypto node must be given to sign as a Standard Webhooks library does with `whsec`. */
export function signingKeyText(whsec: string): string {
  const key = Buffer.from(whsec.slice("whsec_".length), "base64");
  if (!key.every((byte) => byte >= 0x20 && byte <= 0x7e)) {
    throw new Error(
      "N8N_SIGNING_SECRET does not decode to printable ASCII, which n8n's Crypto node needs. Delete its line in secrets.env to get a new one.",
    );
  }
  return key.toString("ascii");
}
