// The groups of a customer: one for each department, one that nests them all, and an empty one. Nothing is drawn for them,
// so that the rest of a scenario stays as it is.
import { derivedGuid } from '../graph/derived-id.ts';
import type { Group, Tenant } from '../world.ts';

/** Makes the groups of a customer whose people are there already. */
export function addCustomerGroups(tenant: Tenant): void {
  const departments = new Map<string, string[]>();
  for (const { id, department } of tenant.users.values()) {
    if (department === null) continue;
    const members = departments.get(department);
    if (members) members.push(id);
    else departments.set(department, [id]);
  }
  const add = (displayName: string, memberIds: string[]): Group => {
    const group = { id: derivedGuid('group', tenant.id, displayName), displayName, securityEnabled: true, memberIds };
    tenant.groups.set(group.id, group);
    return group;
  };
  const nested = [...departments].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, ids]) => add(`Team ${name}`, ids));
  add(
    'All teams',
    nested.map(({ id }) => id),
  );
  add('Archive', []);
}
