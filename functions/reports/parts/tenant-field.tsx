import type { Viewer } from "../viewer.ts";

/** A choice among tenants; empty: all of them. A tenant beyond the first two hundred stays chosen. */
export function TenantField({ id, viewer, value }: { id: string; viewer: Viewer; value?: string | undefined }) {
  const isListed = value === undefined || viewer.tenants.some((tenant) => tenant.id === value);
  return (
    <div>
      <label for={id}>Tenant</label>
      <select id={id} name="tenantId">
        <option value="">all</option>
        {isListed ? (
          ""
        ) : (
          <option value={value} selected>
            {value}
          </option>
        )}
        {viewer.tenants.map((tenant) => (
          <option value={tenant.id} selected={tenant.id === value}>
            {tenant.name}
          </option>
        ))}
      </select>
    </div>
  );
}
