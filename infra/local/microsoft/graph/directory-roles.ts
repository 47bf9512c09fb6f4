// Built-in directory roles by their public template ids, and which of them let a delegated caller do what.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference

import { derivedGuid } from './derived-id.ts';

export const ROLE = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  directoryWriters: '9360feb5-f418-4baa-8175-e2a00bac4301',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  licenseAdministrator: '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  securityAdministrator: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  securityOperator: '5f2222b1-57c3-48ba-8ad5-d4759f1fde6f',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  usageSummaryReportsReader: '75934031-6c7e-415a-99d7-48dbd49e875e',
  serviceSupportAdministrator: 'f023fd81-a637-4b56-95fd-791ac0226033',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  authenticationAdministrator: 'c4e39bd9-1100-46d3-8c65-fb160da0071f',
  privilegedAuthenticationAdministrator: '7be44c8a-adaf-4e2a-84d6-ab2649e08a13',
  authenticationPolicyAdministrator: '0526716b-113d-4c15-b2c8-68e3c22b9f80',
  conditionalAccessAdministrator: 'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9',
  intuneAdministrator: '3a2c62db-5318-420d-8d74-23affee5d9d5',
  exchangeAdministrator: '29232cdf-9323-42fd-ade2-1d097af3e4de',
  sharePointAdministrator: 'f28a1f50-f6e7-4571-818b-6a12f2af6b6c',
  teamsAdministrator: '69091246-20e8-4a56-aa4d-066075b2a7a8',
  groupsAdministrator: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
  billingAdministrator: 'b0f54661-2d74-4c50-afa3-1ec803f12efe',
  domainNameAdministrator: '8329153b-31d0-4727-b945-745eb3bc5f31',
  cloudDeviceAdministrator: '7698a772-787b-4ac8-901f-60d6b08affd2',
  messageCenterReader: '790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b',
} as const;

export const ROLE_NAMES: ReadonlyMap<string, string> = new Map([
  [ROLE.globalAdministrator, 'Global Administrator'],
  [ROLE.privilegedRoleAdministrator, 'Privileged Role Administrator'],
  [ROLE.applicationAdministrator, 'Application Administrator'],
  [ROLE.cloudApplicationAdministrator, 'Cloud Application Administrator'],
  [ROLE.userAdministrator, 'User Administrator'],
  [ROLE.directoryReaders, 'Directory Readers'],
  [ROLE.directoryWriters, 'Directory Writers'],
  [ROLE.globalReader, 'Global Reader'],
  [ROLE.licenseAdministrator, 'License Administrator'],
  [ROLE.securityReader, 'Security Reader'],
  [ROLE.securityAdministrator, 'Security Administrator'],
  [ROLE.securityOperator, 'Security Operator'],
  [ROLE.reportsReader, 'Reports Reader'],
  [ROLE.usageSummaryReportsReader, 'Usage Summary Reports Reader'],
  [ROLE.serviceSupportAdministrator, 'Service Support Administrator'],
  [ROLE.helpdeskAdministrator, 'Helpdesk Administrator'],
  [ROLE.authenticationAdministrator, 'Authentication Administrator'],
  [ROLE.privilegedAuthenticationAdministrator, 'Privileged Authentication Administrator'],
  [ROLE.authenticationPolicyAdministrator, 'Authentication Policy Administrator'],
  [ROLE.conditionalAccessAdministrator, 'Conditional Access Administrator'],
  [ROLE.intuneAdministrator, 'Intune Administrator'],
  [ROLE.exchangeAdministrator, 'Exchange Administrator'],
  [ROLE.sharePointAdministrator, 'SharePoint Administrator'],
  [ROLE.teamsAdministrator, 'Teams Administrator'],
  [ROLE.groupsAdministrator, 'Groups Administrator'],
  [ROLE.billingAdministrator, 'Billing Administrator'],
  [ROLE.domainNameAdministrator, 'Domain Name Administrator'],
  [ROLE.cloudDeviceAdministrator, 'Cloud Device Administrator'],
  [ROLE.messageCenterReader, 'Message Center Reader'],
]);

/** Roles whose holder may read users, groups and other directory objects. */
export const DIRECTORY_READ_ROLES: readonly string[] = [
  ROLE.directoryReaders,
  ROLE.globalReader,
  ROLE.globalAdministrator,
  ROLE.directoryWriters,
  ROLE.userAdministrator,
  ROLE.licenseAdministrator,
  ROLE.groupsAdministrator,
  ROLE.privilegedRoleAdministrator,
  ROLE.applicationAdministrator,
  ROLE.cloudApplicationAdministrator,
  ROLE.securityReader,
  ROLE.securityAdministrator,
  ROLE.helpdeskAdministrator,
  ROLE.authenticationAdministrator,
  ROLE.privilegedAuthenticationAdministrator,
  ROLE.conditionalAccessAdministrator,
  ROLE.intuneAdministrator,
  ROLE.exchangeAdministrator,
  ROLE.sharePointAdministrator,
  ROLE.teamsAdministrator,
];

/** Roles that may read licences and subscriptions. */
export const LICENCE_READ_ROLES: readonly string[] = [
  ROLE.directoryReaders,
  ROLE.globalReader,
  ROLE.globalAdministrator,
  ROLE.directoryWriters,
  ROLE.licenseAdministrator,
  ROLE.userAdministrator,
  ROLE.billingAdministrator,
];

/** Roles that may read sign-in activity. */
export const SIGN_IN_READ_ROLES: readonly string[] = [
  ROLE.reportsReader,
  ROLE.globalReader,
  ROLE.globalAdministrator,
  ROLE.securityReader,
  ROLE.securityAdministrator,
  ROLE.securityOperator,
];

/** Roles that may grant an application delegated permissions in the tenant. */
export const APPLICATION_ADMIN_ROLES: readonly string[] = [
  ROLE.applicationAdministrator,
  ROLE.cloudApplicationAdministrator,
  ROLE.privilegedRoleAdministrator,
  ROLE.globalAdministrator,
];

/** Roles that may grant an application permissions of Microsoft Graph of the application kind. */
export const APP_ROLE_GRANT_ROLES: readonly string[] = [ROLE.privilegedRoleAdministrator, ROLE.globalAdministrator];

/** The id of the activated role in a tenant: every tenant has its own object for the same template. */
export function directoryRoleId(tenantId: string, templateId: string): string {
  return derivedGuid('directoryRole', tenantId, templateId);
}
