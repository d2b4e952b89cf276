/** What workflows/error-handler.json ships with: n8n tells an error workflow no address. */
export const SHIPPED_HOOKS_URL = "http://127.0.0.1:8787/hooks";

/**
 * For `WorkflowImports.rewrite`: puts the address where Rainwire takes callbacks in place of the one that the files
 * ship with, or in place of `from`. Throws when it is no http(s) URL.
 */
export function rewriteHooksUrl(hooksUrl: string, from: string = SHIPPED_HOOKS_URL): (text: string) => string {
  const url = URL.parse(hooksUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error(`"${hooksUrl}" is no http(s) URL: set HOOKS_URL to where n8n reaches Rainwire's hooks.`);
  }
  const json = JSON.stringify(hooksUrl.replace(/\/+$/, ""));
  return (text) => text.replaceAll(JSON.stringify(from), () => json);
}
