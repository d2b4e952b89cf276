import type { RequiredScope, Scope } from "./scopes.ts";

/** Somebody with a session, by cookie, bearer token or JWT. */
export interface UserPrincipal {
  readonly kind: "user";
  readonly userId: string;
  readonly tenantId: string;
  readonly role: string; // several are joined by commas
  readonly scopes: readonly Scope[];
  readonly isOperator: boolean;
  readonly sessionId: string;
  /** By an access token, which may not be exchanged for another. */
  readonly isByToken?: true;
}

/** A tenant's API key. */
export interface KeyPrincipal {
  readonly kind: "key";
  readonly keyId: string;
  readonly tenantId: string;
  readonly userId: string | null; // who made it; null: not known any more
  readonly scopes: readonly Scope[];
  readonly isOperator: boolean;
  readonly isByToken?: true; // as of a user
}

/** One attempt of one execution, calling back from its workflow. */
export interface RunPrincipal {
  readonly kind: "run";
  readonly tenantId: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly workflowId: string;
  readonly instanceId: string; // the n8n that it runs on
  readonly hop: number; // of the events that it writes: runs between them and the first cause
  readonly scopes: readonly Scope[];
}

/** An n8n instance speaking for itself: its error workflow. */
export interface InstancePrincipal {
  readonly kind: "instance";
  readonly instanceId: string;
  readonly scopes: readonly Scope[];
}

/** Who is calling. */
export type Principal = UserPrincipal | KeyPrincipal | RunPrincipal | InstancePrincipal;

/** Who did it, as history keeps it: `user:…`, `key:…`, `execution:…` or `instance:…`. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case "user":
      return `user:${principal.userId}`;
    case "key":
      return `key:${principal.keyId}`;
    case "run":
      return `execution:${principal.executionId}`;
    case "instance":
      return `instance:${principal.instanceId}`;
  }
}

export const hasScope = (principal: Principal, scope: Scope): boolean => principal.scopes.includes(scope);

export const mayCall = (principal: Principal, required: RequiredScope): boolean =>
  required === "public" || required === "signed_in" || hasScope(principal, required);
