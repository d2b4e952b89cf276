/** Webhook → respond 200 with the answer and what the caller sent, behind Rainwire's header credential. */
export function tinyWorkflow({ id, path, answer }: { id: string; path: string; answer: string }): object {
  return {
    id,
    name: `Tiny ${path}`,
    active: false,
    nodes: [
      {
        id: "receive",
        name: "Receive Call",
        type: "n8n-nodes-base.webhook",
        typeVersion: 2.1,
        position: [0, 0],
        parameters: {
          httpMethod: "POST",
          path,
          authentication: "headerAuth",
          responseMode: "responseNode",
          options: {},
        },
        webhookId: `${path}-webhook`,
        credentials: { httpHeaderAuth: { id: "rainwireHeader01", name: "Rainwire webhook header" } },
      },
      {
        id: "answer",
        name: "Answer Call",
        type: "n8n-nodes-base.respondToWebhook",
        typeVersion: 1.5,
        position: [220, 0],
        parameters: {
          respondWith: "json",
          responseBody: `={{ JSON.stringify({ answer: '${answer}', got: $json.body.word, run: $execution.id }) }}`,
          options: { responseCode: 200 },
        },
      },
    ],
    connections: { "Receive Call": { main: [[{ node: "Answer Call", type: "main", index: 0 }]] } },
    settings: { executionOrder: "v1" },
    pinData: {},
    tags: [],
  };
}
