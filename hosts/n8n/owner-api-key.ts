import { z } from "zod";
import { createN8nApi, N8nApiError } from "#shared/adapters/n8n/n8n-api.ts";

/** What a host needs to start and watch its runs. */
const WATCHING = {
  label: "rainwire",
  scopes: [
    "workflow:list",
    "workflow:read",
    "workflow:activate",
    "workflow:deactivate",
    "execution:list",
    "execution:read",
    "execution:stop",
    "execution:retry",
  ],
};

const CreatedKey = z.object({ data: z.object({ rawApiKey: z.string() }) });

export interface Owner {
  email: string;
  password: string;
}

export async function isApiKeyValid(baseUrl: string, apiKey: string): Promise<boolean> {
  try {
    await createN8nApi({ baseUrl, apiKey, send: fetch }).listWorkflows();
    return true;
  } catch (error) {
    if (error instanceof N8nApiError && error.code === "unauthorized") return false;
    throw error;
  }
}

/** Logs the owner in and makes an API key without expiry, limited to `scopes`. */
export async function createApiKey(baseUrl: string, owner: Owner, { label, scopes } = WATCHING): Promise<string> {
  const login = await post(`${baseUrl}/rest/login`, { emailOrLdapLoginId: owner.email, password: owner.password });
  const cookie = login.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
  const created = await post(`${baseUrl}/rest/api-keys`, { label, expiresAt: null, scopes }, { cookie });
  return CreatedKey.parse(await created.json()).data.rawApiKey;
}

async function post(url: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  throw new Error(`n8n answered POST ${new URL(url).pathname} with ${response.status}: ${await response.text()}`);
}
