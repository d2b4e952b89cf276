import { Webhook } from "standardwebhooks";

/** The three headers of Standard Webhooks 1.0. */
export interface SignatureHeaders {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/**
 * Signs a webhook as Standard Webhooks do (HMAC-SHA256 over `id.timestamp.body`).
 * @param secrets `whsec_` and base64; several while one takes over from another: the receiver may know either. For n8n
 *   the decoded bytes are printable ASCII (docs/workflows.md)
 * @param id stable over all attempts: the receiver's idempotency key
 */
export function signWebhook(
  secrets: string | readonly string[],
  id: string,
  sentAt: Date,
  body: string,
): SignatureHeaders {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": [secrets]
      .flat()
      .map((secret) => new Webhook(secret).sign(id, sentAt, body))
      .join(" "),
  };
}
