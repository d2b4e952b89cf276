import { z } from "zod";

const ANSWER_WITHIN_MS = 10_000;

export async function isHealthy(url: string): Promise<boolean> {
  return (await get(`${url}/healthz`))?.ok ?? false;
}

const Release = z.object({ release: z.string().startsWith("n8n@") });

/**
 * The version that the editor's page tells its own error reports (2.41; nothing else tells it to the outside). Null when
 * the editor is off or does not say.
 */
export async function readVersion(url: string): Promise<string | null> {
  const page = (await (await get(`${url}/`))?.text()) ?? "";
  const encoded = /<meta name="n8n:config:sentry" content="([A-Za-z0-9+/=]+)"/.exec(page)?.[1] ?? "";
  const parsed = Release.safeParse(parseJson(Buffer.from(encoded, "base64").toString("utf8")));
  return parsed.success ? parsed.data.release.slice("n8n@".length) : null;
}

const get = (url: string): Promise<Response | undefined> =>
  fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => undefined);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
