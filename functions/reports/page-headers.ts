import { STYLE } from "./parts/style.ts";

/**
 * The headers of every page: nothing from elsewhere, no script, the one style by its hash, in nobody's frame, and kept
 * by no cache, since what it shows is one reader's.
 */
export async function pageHeaders(): Promise<Record<string, string>> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  };
}
