import { createAccessControl } from "better-auth/plugins/access";
import { adminAc, defaultStatements, memberAc, ownerAc } from "better-auth/plugins/organization/access";

/**
 * What a role may do to its tenant through better-auth (members, invitations, keys). What it may do with Rainwire is
 * `ROLE_SCOPES` of scopes.ts.
 */
const statements = { ...defaultStatements, apiKey: ["create", "read", "update", "delete"] } as const;

export const accessControl = createAccessControl(statements);

export const tenantRoles = {
  owner: accessControl.newRole({ ...ownerAc.statements, apiKey: [...statements.apiKey] }),
  admin: accessControl.newRole({ ...adminAc.statements, apiKey: [...statements.apiKey] }),
  member: accessControl.newRole({ ...memberAc.statements }),
  finance: accessControl.newRole({ ...memberAc.statements }),
};
