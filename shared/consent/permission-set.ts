// What Tenantry asks of a customer, and why: the landing page shows this table, and a grant is proven against it.
// Permissions: https://learn.microsoft.com/graph/permissions-reference. Read only, the least for each endpoint.
import type { BatchRequest } from '../microsoft/microsoft.ts';

/** Counts up whenever a permission is added: customers with an older grant are then asked again. */
export const permissionSetVersion = 1;

export interface Permission {
  /** Microsoft's name of the application permission. */
  name: string;
  /** What is read, in a customer's words. */
  reads: string;
  why: string;
  feature: string;
  endpoint: string;
  /** The GDAP role that gives the same by delegated access. */
  gdapRole: string;
  /** The cheapest request that only this permission allows. */
  probe: BatchRequest;
}

export const permissionSet: readonly Permission[] = [
  {
    name: 'Organization.Read.All',
    reads: "Your organisation's name, domains and subscriptions",
    why: 'To know that it is your tenant, and when each subscription ends.',
    feature: 'Organisation and subscriptions',
    endpoint: '/organization, /directory/subscriptions',
    gdapRole: 'Directory Readers',
    probe: { id: 'Organization.Read.All', url: '/directory/subscriptions?$select=id&$top=1' },
  },
  {
    name: 'LicenseAssignment.Read.All',
    reads: 'Which licences you hold and how many are in use',
    why: 'To find licences that are paid for and not used, or used and not paid for.',
    feature: 'Licences',
    endpoint: '/subscribedSkus',
    gdapRole: 'Directory Readers',
    probe: { id: 'LicenseAssignment.Read.All', url: '/subscribedSkus?$select=skuId' },
  },
  {
    name: 'User.Read.All',
    reads: 'Names, contact details, account status and licences of your users',
    why: 'To keep your contacts current and to see who holds which licence.',
    feature: 'Users',
    endpoint: '/users/delta',
    gdapRole: 'Directory Readers',
    probe: { id: 'User.Read.All', url: '/users?$select=id,accountEnabled&$top=1' },
  },
  {
    name: 'AuditLog.Read.All',
    reads: 'When each user last signed in (where your licences include it)',
    why: 'To point out licences of people who no longer sign in.',
    feature: 'Sign-in activity',
    endpoint: '/users?$select=signInActivity',
    gdapRole: 'Reports Reader',
    probe: { id: 'AuditLog.Read.All', url: '/users?$select=id,signInActivity&$top=1' },
  },
];
