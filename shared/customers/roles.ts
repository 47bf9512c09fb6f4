// The Entra roles that a GDAP relationship can carry here: template ids, the same in every tenant, with their names.
// https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
import { z } from 'zod';

/** Template ids by a short name for code. */
export const roleIds = {
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
  cloudAppSecurityAdministrator: '892c5842-a9a6-463a-8041-72aa08ca3cf6',
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

export interface Role {
  id: string;
  name: string;
}

/** Microsoft's names are the short names in words, but for these. */
const otherNames: Readonly<Record<string, string>> = {
  [roleIds.sharePointAdministrator]: 'SharePoint Administrator',
};

/** Every role known here, by name. */
export const knownRoles: readonly Role[] = Object.entries(roleIds)
  .map(([short, id]) => ({ id, name: otherNames[id] ?? inWords(short) }))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));

const namesById: ReadonlyMap<string, string> = new Map(knownRoles.map(({ id, name }) => [id, name]));
const idsByName: ReadonlyMap<string, string> = new Map(knownRoles.map(({ id, name }) => [name, id]));

/** `userAdministrator` is `User Administrator`. */
function inWords(short: string): string {
  return short.replace(/^./, (letter) => letter.toUpperCase()).replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
}

/** The role's name; its id where it is not known here. */
export function roleName(id: string): string {
  return namesById.get(id.toLowerCase()) ?? id;
}

/** A role with its name. */
export function roleOf(id: string): Role {
  return { id, name: roleName(id) };
}

/** The id of a role by Microsoft's name for it. @throws Error for a name that is not known here */
export function roleIdOf(name: string): string {
  const id = idsByName.get(name);
  if (id === undefined) throw new Error(`no role is called ${name}`);
  return id;
}

/** A role id that is known here, in lower case: a typing mistake would make every customer lack a role for ever. */
export const knownRoleId = z
  .guid('Give the template id of a role.')
  .toLowerCase()
  .refine((id) => namesById.has(id), 'This is not the template id of a role that is known here.');
