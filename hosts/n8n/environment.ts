import type { N8nHome } from "./home.ts";

export interface EnvironmentInput {
  dataDir: string;
  home: N8nHome;
  ownerEmail: string;
  port: number;
  brokerPort: number;
  /** Where callers reach n8n's webhooks, when not on `port` of this machine. */
  publicUrl?: string | undefined;
  extraEnv?: Record<string, string> | undefined;
}

const INHERITED = [
  "PATH",
  "HOME",
  "TMPDIR",
  "LANG",
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Telemetry, banners, look-ups on n8n's servers and modules that nothing here uses. */
const SWITCHED_OFF = {
  N8N_DIAGNOSTICS_ENABLED: "false",
  N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
  N8N_TEMPLATES_ENABLED: "false",
  N8N_PERSONALIZATION_ENABLED: "false",
  N8N_HIRING_BANNER_ENABLED: "false",
  N8N_DYNAMIC_BANNERS_ENABLED: "false",
  N8N_LICENSE_AUTO_RENEW_ENABLED: "false",
  N8N_AI_GATEWAY_ENABLED: "false",
  N8N_VERIFIED_PACKAGES_ENABLED: "false",
  N8N_DISABLED_MODULES:
    "mcp-registry,instance-ai,mcp,chat-hub,insights,instance-reporting,quick-connect,agents,workflow-builder",
};

/** n8n's whole environment. Of ours it inherits what a process needs, so none of our secrets reach a workflow. */
export function n8nEnvironment(input: EnvironmentInput): Record<string, string> {
  const baseUrl = `http://127.0.0.1:${input.port}/`;
  const publicUrl = input.publicUrl ?? baseUrl;
  return {
    ...inherited(),
    ...SWITCHED_OFF,
    NODE_ENV: "production",
    DB_TYPE: "sqlite",
    GENERIC_TIMEZONE: "UTC",
    N8N_USER_FOLDER: input.dataDir,
    N8N_ENCRYPTION_KEY: input.home.encryptionKey,
    N8N_LISTEN_ADDRESS: "127.0.0.1",
    N8N_HOST: "127.0.0.1",
    N8N_PORT: String(input.port),
    N8N_RUNNERS_BROKER_PORT: String(input.brokerPort),
    N8N_WEBHOOK_URL: publicUrl,
    N8N_EDITOR_BASE_URL: publicUrl,
    N8N_DISABLE_UI: "true",
    N8N_SECURE_COOKIE: "false",
    // Four times the requests per second of the default engine (160/s against 40/s, 2 cores, 2026-11).
    N8N_EXPRESSION_ENGINE: "legacy",
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: "true",
    N8N_INSTANCE_OWNER_EMAIL: input.ownerEmail,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: input.home.ownerPasswordHash,
    N8N_INSTANCE_OWNER_FIRST_NAME: "Rainwire",
    N8N_INSTANCE_OWNER_LAST_NAME: "Owner",
    ...input.extraEnv,
  };
}

function inherited(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
