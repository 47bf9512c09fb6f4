// The permissions of the two app registrations: what each is for. Nothing else is asked for, and nothing is asked for
// without a line here. Ids: https://learn.microsoft.com/graph/permissions-reference
import type { AppKind } from './microsoft.ts';

export interface PermissionRow {
  app: AppKind;
  resource: 'graph' | 'partnerCenter';
  /** Its name at Microsoft. */
  permission: string;
  /** `delegated`: on behalf of who is signed in; `application`: the app itself. */
  kind: 'delegated' | 'application';
  /** The id in an app registration's manifest. */
  id: string;
  /** In plain words, for the people who are asked to grant it. */
  why: string;
  feature: string;
  /** Method and path of what it is needed for. */
  endpoints: readonly string[];
  /** The directory role that the account or its GDAP group needs beside it; null where none. */
  gdapRole: string | null;
}

/**
 * Counts up when a permission is added to the customer app: consents of an older version are then to be renewed.
 * Each permission says since when it is there.
 */
export const permissionSetVersion = 2;

const signIn = (app: AppKind, permission: string, id: string, why: string): PermissionRow => ({
  app,
  resource: 'graph',
  permission,
  kind: 'delegated',
  id,
  why,
  feature: 'Sign-in',
  endpoints: ['GET /{tenant}/oauth2/v2.0/authorize'],
  gdapRole: null,
});

const partner = (row: Omit<PermissionRow, 'app' | 'kind' | 'gdapRole'>): PermissionRow => ({
  app: 'partner',
  kind: 'delegated',
  gdapRole: null,
  ...row,
});

/** The partner app: delegated, consented once in the MSP's own tenant. */
export const partnerAppPermissions: readonly PermissionRow[] = [
  signIn('partner', 'openid', '37f7f235-527c-4136-accd-4a02d197296e', 'To sign you in.'),
  signIn('partner', 'profile', '14dad69e-099b-42c9-810b-d002981feec1', 'To show who is signed in.'),
  signIn(
    'partner',
    'offline_access',
    '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
    'To look up customers and their GDAP relationships while nobody is signed in.',
  ),
  partner({
    resource: 'graph',
    permission: 'User.Read',
    id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
    why: 'To read the account that signs in, and the name of its organisation.',
    feature: 'Sign-in and connection checks',
    endpoints: ['GET /me', 'GET /organization'],
  }),
  partner({
    resource: 'graph',
    permission: 'DelegatedAdminRelationship.ReadWrite.All',
    id: '885f682f-a990-4bad-a642-36736a74b0c7',
    why: 'To see which customers have a GDAP relationship, with which roles and until when; and, when an Admin asks for it, to request one, assign a security group to its roles, or let it extend itself.',
    feature: 'Discovery, GDAP status and GDAP requests',
    endpoints: [
      'GET /tenantRelationships/delegatedAdminCustomers',
      'GET /tenantRelationships/delegatedAdminRelationships',
      'POST /tenantRelationships/delegatedAdminRelationships',
      'GET /tenantRelationships/delegatedAdminRelationships/{id}',
      'PATCH /tenantRelationships/delegatedAdminRelationships/{id}',
      'POST /tenantRelationships/delegatedAdminRelationships/{id}/requests',
      'GET /tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments',
      'POST /tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments',
      'PATCH /tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments/{id}',
    ],
  }),
  partner({
    resource: 'graph',
    permission: 'Directory.Read.All',
    id: '06da0dbc-49e2-44d2-8312-53f166ab848a',
    why: 'To read the list of contracts, and the roles and groups that the service account is in.',
    feature: 'Discovery, connection checks and GDAP status',
    endpoints: ['GET /contracts', 'GET /me/transitiveMemberOf', 'GET /groups/{id}'],
  }),
  partner({
    resource: 'partnerCenter',
    permission: 'user_impersonation',
    id: '1cebfa2a-fb4d-419e-b5f9-839b4383e05a',
    why: 'To prove multi-factor authentication, to list the customers that Partner Center knows, and, where you choose automatic consent, to grant the app what that needs in a customer tenant and take it back.',
    feature: 'Discovery, connection checks and automatic consent',
    endpoints: [
      'GET /v1/customers',
      'POST /v1/customers/{id}/applicationconsents',
      'DELETE /v1/customers/{id}/applicationconsents/{id}',
    ],
  }),
];

const passing = (row: Pick<PermissionRow, 'permission' | 'id' | 'why' | 'endpoints'> & { gdapRole: string }) => ({
  app: 'partner' as const,
  resource: 'graph' as const,
  kind: 'delegated' as const,
  feature: 'Automatic consent',
  ...row,
});

/**
 * What the partner app is granted in a customer's tenant for the minutes of automatic consent, through Partner Center, and
 * then loses again. Nobody is asked for it when the partner tenant is connected.
 */
export const automaticConsentPermissions: readonly PermissionRow[] = [
  passing({
    permission: 'Application.ReadWrite.All',
    id: 'bdfbf15f-ee85-4955-8675-146e8e5296b5',
    why: "To bring the customer app into the customer's tenant and see what it holds there.",
    endpoints: [
      "GET /servicePrincipals(appId='{id}')",
      'POST /servicePrincipals',
      'GET /servicePrincipals/{id}/appRoleAssignments',
    ],
    gdapRole: 'Application Administrator',
  }),
  passing({
    permission: 'AppRoleAssignment.ReadWrite.All',
    id: '84bccea3-f856-4a8a-967b-dbe0a3d53a64',
    why: 'To give the customer app the permissions of its own table, and no others.',
    endpoints: ['POST /servicePrincipals/{id}/appRoleAssignments'],
    gdapRole: 'Privileged Role Administrator',
  }),
];

/** A permission of the customer app, with what proves that it was granted. */
export interface CustomerPermission extends PermissionRow {
  /** What is read, in the words of the customer who is asked. */
  reads: string;
  gdapRole: string;
  /** Path of the cheapest request that only this permission allows. */
  probe: string;
  /** The version of the set that it came with. */
  since: number;
}

const reading = (
  permission: string,
  id: string,
  words: Pick<CustomerPermission, 'reads' | 'why' | 'feature' | 'endpoints' | 'gdapRole' | 'probe'> & {
    since?: number;
  },
): CustomerPermission => ({
  app: 'customer',
  resource: 'graph',
  kind: 'application',
  permission,
  id,
  since: 1,
  ...words,
});

/** The customer app: reads only, consented in each customer tenant. The landing page shows this table. */
export const customerAppPermissions: readonly CustomerPermission[] = [
  reading('Organization.Read.All', '498476ce-e0fe-48b0-b801-37ba7e2685c6', {
    reads: "Your organisation's name, domains and subscriptions",
    why: 'To know that it is your tenant, and when each subscription ends.',
    feature: 'Organisation and subscriptions',
    endpoints: ['GET /organization', 'GET /directory/subscriptions'],
    gdapRole: 'Directory Readers',
    probe: '/directory/subscriptions?$select=id&$top=1',
  }),
  reading('LicenseAssignment.Read.All', 'e2f98668-2877-4f38-a2f4-8202e0717aa1', {
    reads: 'Which licences you hold and how many of them are assigned',
    why: 'To find licences that are paid for and not used, or used and not paid for.',
    feature: 'Licences',
    endpoints: ['GET /subscribedSkus'],
    gdapRole: 'Directory Readers',
    probe: '/subscribedSkus?$select=skuId',
  }),
  reading('User.Read.All', 'df021288-bdef-4463-88db-98f22de89214', {
    reads: 'Names, e-mail addresses, phone numbers, departments, account status and licences of your users',
    why: 'To see who holds which licence, and to keep contacts current.',
    feature: 'Users',
    endpoints: ['GET /users/delta', 'GET /users', 'GET /users/{id}'],
    gdapRole: 'Directory Readers',
    probe: '/users?$select=id,accountEnabled&$top=1',
  }),
  reading('AuditLog.Read.All', 'b0afded3-3588-46d8-8b3d-9842eff778da', {
    reads: 'When each user last signed in, where your licences include it (Entra ID P1)',
    why: 'To point out licences of people who no longer sign in.',
    feature: 'Sign-in activity',
    endpoints: ['GET /users?$select=signInActivity'],
    gdapRole: 'Reports Reader',
    probe: '/users?$select=id,signInActivity&$top=1',
  }),
  reading('GroupMember.Read.All', '98830695-27a2-44f7-8c18-0c3ebc9698f6', {
    reads: 'The names of your groups and who is in them',
    why: 'To find the contacts of a group, such as everyone in Finance. Groups are read when somebody looks, and not kept.',
    feature: 'Contacts by group',
    endpoints: ['GET /groups', 'GET /groups/{id}/transitiveMembers'],
    gdapRole: 'Directory Readers',
    probe: '/groups?$select=id&$top=1',
    since: 2,
  }),
];

/**
 * What the administrator's sign-in at the customer tenant asks for beside the table, as evidence of who consents: no
 * data can be read with it.
 */
export const customerAppSignInPermissions: readonly PermissionRow[] = [
  signIn('customer', 'openid', '37f7f235-527c-4136-accd-4a02d197296e', 'To know who consents.'),
  signIn('customer', 'profile', '14dad69e-099b-42c9-810b-d002981feec1', 'To know the name and role of who consents.'),
];
