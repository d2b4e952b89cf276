const encoder = new TextEncoder();

const keyFor = (secret: string) =>
  crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

const stated = (sessionId: string) => encoder.encode(`rainwire form of session ${sessionId}`);

/**
 * What a form carries in a hidden field, so that only a page of ours, shown to this session, can have sent it: an
 * HMAC-SHA-256 over the session's id (OWASP, "HMAC Based Token Pattern").
 */
export async function formToken(secret: string, sessionId: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await keyFor(secret), stated(sessionId));
  return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether a form was made for this session. Takes the same time for every wrong token of the right length. */
export async function isFormToken(secret: string, sessionId: string, token: string): Promise<boolean> {
  if (!/^[0-9a-f]{64}$/.test(token)) return false;
  const mac = Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(token.slice(2 * i, 2 * i + 2), 16));
  return await crypto.subtle.verify("HMAC", await keyFor(secret), mac, stated(sessionId));
}
