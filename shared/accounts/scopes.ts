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
  "budgets:write": "Set budgets of the own costs.",
  "keys:manage": "Create, list and revoke API keys.",
  "tokens:issue": "Exchange a session or an API key for access tokens, and end them.",
  "finance:read": "Read the costs of all tenants and the platform's own, invoices and periods.",
  "finance:close": "Close periods, correct them, keep invoices, accounts and the platform's budgets.",
  "operator:mappings": "Change workflow mappings of the whole platform.",
  "operator:instances": "Manage n8n instances.",
  "operator:limits": "Read and change limits, blocks and what becomes of abuse.",
  "operator:doctor": "Read the state of the platform.",
  "operator:batching": "See what coalescing of reads saves, and change its settings.",
  "operator:caches":
    "See how answers of all tenants are cached, have them forgotten, and change when an alarm is raised.",
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
  "run:limits.enforce": "Block or limit the subject of the incident that drives a workflow run.",
  "run:batching.read": "See what coalescing of reads saves from a workflow run of the platform.",
  "run:batching.tune": "Change its settings from a workflow run of the platform.",
  "run:caches.invalidate": "Have cached answers forgotten from a workflow run.",
  "run:caches.warm": "Have answers read ahead from a workflow run.",
  "run:costs.tell": "Read whom a cost notice concerns, and mark it as sent, from a workflow run.",
  "run:keys.read": "See signing keys from a workflow run of the platform.",
  "run:keys.rotate": "Rotate signing keys from a workflow run of the platform.",
  "errors:report": "Report that a workflow failed.",
} as const;

export type Scope = keyof typeof SCOPES;

/** What a route asks of its caller: nothing, any credential that holds, or one with the scope. */
export type RequiredScope = "public" | "signed_in" | Scope;

export const isScope = (text: string): text is Scope => Object.hasOwn(SCOPES, text);

export const ALL_SCOPES: readonly Scope[] = Object.keys(SCOPES).filter(isScope);

/** What only a platform operator holds, whatever the tenant says. */
export const OPERATOR_SCOPES: readonly Scope[] = ALL_SCOPES.filter((scope) => scope.startsWith("operator:"));

/** What the platform's finance people hold, and its operators. */
export const FINANCE_SCOPES: readonly Scope[] = ALL_SCOPES.filter((scope) => scope.startsWith("finance:"));

/** Scopes of tenants that the platform's finance people hold whatever their role in one: what the pages ask for. */
const FINANCE_TENANT_SCOPES: readonly Scope[] = ["usage:read", "budgets:write"];

const isPlatformScope = (scope: Scope): boolean => OPERATOR_SCOPES.includes(scope) || FINANCE_SCOPES.includes(scope);

const isMachineScope = (scope: Scope) => scope.startsWith("run:") || scope === "errors:report";

/** What a tenant's members and keys can hold. */
export const TENANT_SCOPES: readonly Scope[] = ALL_SCOPES.filter(
  (scope) => !isPlatformScope(scope) && !isMachineScope(scope),
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
  finance: ["executions:read", "usage:read", "budgets:write", "tokens:issue"],
};

const isRole = (text: string): text is Role => Object.hasOwn(ROLE_SCOPES, text);

/** What a user may do on the platform itself, beside the role in a tenant. Set by SQL only. */
export interface PlatformRoles {
  readonly isOperator: boolean;
  readonly isFinance: boolean;
}

/** The scopes that the platform's roles hold, whatever the tenant. Who reads all costs can open the pages about them. */
export const platformScopesOf = ({ isOperator, isFinance }: PlatformRoles): readonly Scope[] => [
  ...(isOperator ? OPERATOR_SCOPES : []),
  ...(isOperator || isFinance ? FINANCE_SCOPES : []),
];

/** Those of `scopes` that hold for keys whose maker has these roles. */
export const keptScopes = (scopes: readonly Scope[], roles: PlatformRoles): readonly Scope[] => {
  const platform = platformScopesOf(roles);
  return scopes.filter((scope) => !isPlatformScope(scope) || platform.includes(scope));
};

/** Whether a role in a tenant is not enough to hold any of these. */
export const namesPlatformScope = (scopes: readonly Scope[]): boolean => scopes.some(isPlatformScope);

/** The scopes of a user. `role` may name several, joined by commas, as better-auth stores them; an unknown one adds none. */
export function scopesOf(role: string, platform: PlatformRoles): readonly Scope[] {
  const roles = role.split(",").map((name) => name.trim());
  const held = new Set(roles.filter(isRole).flatMap((name) => ROLE_SCOPES[name]));
  const platformScopes = platformScopesOf(platform);
  for (const scope of platformScopes) held.add(scope);
  if (platformScopes.includes("finance:read")) for (const scope of FINANCE_TENANT_SCOPES) held.add(scope);
  return ALL_SCOPES.filter((scope) => held.has(scope));
}
