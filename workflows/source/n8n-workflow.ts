/** The part of n8n's workflow format that Rainwire writes. */

export interface CredentialReference {
  id: string;
  name: string;
}

export interface N8nNode {
  id: string;
  name: string;
  type: string;
  typeVersion: number;
  position: [number, number];
  parameters: object;
  webhookId?: string;
  credentials?: Record<string, CredentialReference>;
  retryOnFail?: true;
  maxTries?: number;
  waitBetweenTries?: number;
  onError?: "continueErrorOutput";
}

export interface N8nWorkflow {
  id: string;
  name: string;
  active: false;
  nodes: N8nNode[];
  connections: Record<string, { main: { node: string; type: "main"; index: 0 }[][] }>;
  settings: Record<string, unknown>;
  pinData: Record<string, never>;
  tags: [];
  meta: null;
}
