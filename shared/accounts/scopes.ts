/** What a caller may be allowed to do. Every route names the one that it needs. */
export const SCOPES = {
  "goals:read": "Read goals, milestones and progress.",
  "goals:write": "Create and change goals and milestones.",
  "interactions:read": "Read interactions.",
  "interactions:write": "Record interactions.",
  "notifications:read": "Read notifications.",
  "notifications:write": "Create notifications and mark them as read.",
  "batch:submit": "Call several operations at once, each within the caller's other scopes.",
  "actions:submit": "Submit actions to the unified action API.",
  "executions:read": "Read executions and follow them.",
  "executions:cancel": "Cancel executions.",
  "mappings:read": "Read which workflow an action or event drives.",
  "mappings:write": "Change the tenant's own workflow mappings.",
  "deliveries:read": "Read deliveries, their attempts and dead letters.",
  "deliveries:replay": "Replay or dismiss dead letters.",
  "webhooks:read": "Read webhook endpoints and what was sent to them.",
  "webhooks:write": "Change, test and replay webhook endpoints.",
  "caches:manage": "See how answers are cached, have them forgotten and read ahead.",
  "usage:read": "Read usage and costs.",
  "keys:manage": "Create, list and revoke API keys.",
  "tokens:issue": "Exchange a session or an API key for access tokens, and end them.",
  "operator:mappings": "Change workflow mappings of the whole platform.",
  "operator:instances": "Manage n8n instances.",
  "operator:doctor": "Read the state of the platform.",
  "operator:tokens": "See signing keys and ask for their rotation.",
  "run:claim": "Claim the execution that the token names.",
  "run:complete": "Report the result of that execution.",
  "run:goals.read": "Read goals from a workflow run.",
  "run:milestones.write": "Write milestones from a workflow run.",
  "run:progress.write": "Write progress from a workflow run.",
  "run:validation.write": "Write a goal's validation from a workflow run.",
  "run:phase.write": "Write a goal's journey phase from a workflow run.",
  "run:feedback.read": "Read feedback from a workflow run.",
  "run:interactions.write": "Record interactions from a workflow run.",
  "run:notifications.deliver": "Deliver notifications from a workflow run.",
  "run:keys.read": "See signing keys from a workflow run of the platform.",
  "run:keys.rotate": "Rotate signing keys from a workflow run of the platform.",
  "errors:report": "Report that a workflow failed.",
} as const;

export type Scope = keyof typeof SCOPES;

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

export const ALL_SCOPES: readonly Scope[] = Object.keys(SCOPES).filter(isScope);

/** What only a platform operator holds, whatever the tenant says. */
export const OPERATOR_SCOPES: readonly Scope[] = ALL_SCOPES.filter((scope) => scope.startsWith("operator:"));

const isMachineScope = (scope: Scope) => scope.startsWith("run:") || scope === "errors:report";

/** What a tenant's members and keys can hold. */
export const TENANT_SCOPES: readonly Scope[] = ALL_SCOPES.filter(
  (scope) => !OPERATOR_SCOPES.includes(scope) && !isMachineScope(scope),
);

export type Role = "owner" | "admin" | "member" | "finance";

export const ROLE_SCOPES: Readonly<Record<Role, readonly Scope[]>> = {
  owner: TENANT_SCOPES,
  admin: TENANT_SCOPES,
  member: [
    "goals:read",
    "goals:write",
    "interactions:read",
    "interactions:write",
    "notifications:read",
    "notifications:write",
    "batch:submit",
    "actions:submit",
    "executions:read",
    "executions:cancel",
    "mappings:read",
    "deliveries:read",
    "webhooks:read",
    "tokens:issue",
  ],
  finance: ["executions:read", "usage:read", "tokens:issue"],
};

const isRole = (text: string): text is Role => Object.hasOwn(ROLE_SCOPES, text);

/** The scopes of a user. `role` may name several, joined by commas, as better-auth stores them; an unknown one adds none. */
export function scopesOf(role: string, isOperator: boolean): readonly Scope[] {
  const roles = role.split(",").map((name) => name.trim());
  const held = new Set(roles.filter(isRole).flatMap((name) => ROLE_SCOPES[name]));
  if (isOperator) for (const scope of OPERATOR_SCOPES) held.add(scope);
  return ALL_SCOPES.filter((scope) => held.has(scope));
}
