// The least GDAP roles for what is turned on, each with its reason: derived from the table of permissions and from the ways
// in which customers consent. Pure.
import type { CustomerPermission } from '../microsoft/permissions.ts';
import { type Role, roleIdOf, roleIds, roleOf } from './roles.ts';

/** Who consents, and how: states.md, "Consent status". */
export const consentMethods = ['customerAdmin', 'gdapAccount', 'automatic', 'ownApp'] as const;
export type ConsentMethod = (typeof consentMethods)[number];

export interface LeastRole extends Role {
  /**
   * `required`: nothing works without it. `optional`: the app reads with permissions of its own; with the role the
   * service account can look at the same data itself.
   */
  need: 'required' | 'optional';
  reasons: readonly string[];
}

interface Want {
  roleId: string;
  need: LeastRole['need'];
  reason: string;
}

/** https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent */
const consentWants: Readonly<Record<ConsentMethod, readonly Want[]>> = {
  customerAdmin: [],
  ownApp: [],
  gdapAccount: consentingWith('an account of yours through GDAP'),
  automatic: consentingWith('automatic consent'),
};

function consentingWith(how: string): Want[] {
  return [
    {
      roleId: roleIds.privilegedRoleAdministrator,
      need: 'required',
      reason: `Consent by ${how}: only this role may grant an app the right to read Microsoft Graph.`,
    },
    {
      roleId: roleIds.applicationAdministrator,
      need: 'required',
      reason: `Consent by ${how}: it adds the app to the customer's tenant and checks it there.`,
    },
  ];
}

/**
 * The roles, the required ones first, then by name; every reason is kept.
 * @param turnedOn the permissions of the features that are in use, and the ways of consent that are
 */
export function leastRoles(turnedOn: {
  permissions: readonly Pick<CustomerPermission, 'gdapRole' | 'feature' | 'permission'>[];
  consentMethods: readonly ConsentMethod[];
}): readonly LeastRole[] {
  const wants = [
    ...turnedOn.consentMethods.flatMap((method) => consentWants[method]),
    ...turnedOn.permissions.map(
      ({ gdapRole, feature, permission }): Want => ({
        roleId: roleIdOf(gdapRole),
        need: 'optional',
        reason: `${feature}: the app reads this by its own permission ${permission}; the role lets your account see it too.`,
      }),
    ),
  ];
  return [...Map.groupBy(wants, ({ roleId }) => roleId)]
    .map(([roleId, found]) => ({
      ...roleOf(roleId),
      need: found.some(({ need }) => need === 'required') ? ('required' as const) : ('optional' as const),
      reasons: [...new Set(found.map(({ reason }) => reason))],
    }))
    .sort(
      (a, b) => Number(a.need === 'optional') - Number(b.need === 'optional') || a.name.localeCompare(b.name, 'en'),
    );
}
