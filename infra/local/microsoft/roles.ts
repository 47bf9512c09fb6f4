// Directory role template ids: Microsoft's public ids, the same in every tenant.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference

export const ROLE_IDS = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  licenseAdministrator: '4d6ac14f-3453-41d0-bef9-a3e0c569773a',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
} as const;

/** Entra puts this role, which every member has, into `wids` beside the administrator roles. */
export const DEFAULT_USER_ROLE_ID = 'b79fbf4d-3ef9-4689-8143-76b194e85509';

const ROLE_NAMES: Readonly<Record<string, string>> = {
  [ROLE_IDS.globalAdministrator]: 'Global Administrator',
  [ROLE_IDS.privilegedRoleAdministrator]: 'Privileged Role Administrator',
  [ROLE_IDS.applicationAdministrator]: 'Application Administrator',
  [ROLE_IDS.cloudApplicationAdministrator]: 'Cloud Application Administrator',
  [ROLE_IDS.userAdministrator]: 'User Administrator',
  [ROLE_IDS.directoryReaders]: 'Directory Readers',
  [ROLE_IDS.globalReader]: 'Global Reader',
  [ROLE_IDS.licenseAdministrator]: 'License Administrator',
  [ROLE_IDS.reportsReader]: 'Reports Reader',
  [ROLE_IDS.securityReader]: 'Security Reader',
  [ROLE_IDS.helpdeskAdministrator]: 'Helpdesk Administrator',
};

/** The name of a directory role, or its id when it is not one of those above. */
export function roleName(roleId: string): string {
  return ROLE_NAMES[roleId] ?? roleId;
}
