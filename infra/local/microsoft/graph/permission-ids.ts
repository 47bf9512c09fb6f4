// Ids of Microsoft Graph's permissions: the delegated scope and the application role of each name.
// From Microsoft's published permission data (microsoft-graph-devx-content, provisioningInfo.json, 2026-08-07).

import { derivedGuid } from './derived-id.ts';

/** Name, delegated scope id, application role id; null where the permission has no such kind. */
const PERMISSIONS: readonly (readonly [name: string, scopeId: string | null, roleId: string | null])[] = [
  ['User.Read', 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', null],
  ['User.ReadBasic.All', 'b340eb25-3456-403f-be2f-af7a0d370277', '97235f07-e226-4f63-ace3-39588e11d3a1'],
  ['User.Read.All', 'a154be20-db9c-4678-8ab7-66f6cc099a59', 'df021288-bdef-4463-88db-98f22de89214'],
  ['User.ReadWrite.All', '204e0828-b5ca-4ad8-b9f3-f32a958e7cc4', '741f803b-c850-494e-b5df-cde7c675a1ca'],
  ['Directory.Read.All', '06da0dbc-49e2-44d2-8312-53f166ab848a', '7ab1d382-f21e-4acd-a863-ba3e13f7da61'],
  ['Directory.ReadWrite.All', 'c5366453-9fb0-48a5-a156-24f0c49a4b84', '19dbc75e-c2e2-444c-a770-ec69d8559fc7'],
  ['Organization.Read.All', '4908d5b9-3fb2-4b1e-9336-1888b7937185', '498476ce-e0fe-48b0-b801-37ba7e2685c6'],
  ['LicenseAssignment.Read.All', 'f395577a-0960-456b-979f-7228de0c5996', 'e2f98668-2877-4f38-a2f4-8202e0717aa1'],
  ['Group.Read.All', '5f8c59db-677d-491f-a6b8-5f174b11ec1d', '5b567255-7703-4780-807c-7be8301ae99b'],
  ['Group.ReadBasic.All', 'ba1917bc-a64b-4c71-b66d-229d4a520e66', '07d67222-3a10-4d3b-9ddc-b8aa43198a00'],
  ['GroupMember.Read.All', 'bc024368-1153-4739-b217-4326f2e966d0', '98830695-27a2-44f7-8c18-0c3ebc9698f6'],
  ['AuditLog.Read.All', 'e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20', 'b0afded3-3588-46d8-8b3d-9842eff778da'],
  ['Reports.Read.All', '02e97553-ed7b-43d0-ab3c-f8bace0d040c', '230c1aed-a721-4c5d-9cb4-a90514e508ef'],
  ['ReportSettings.Read.All', '84fac5f4-33a9-4100-aa38-a20c6d29e5e7', 'ee353f83-55ef-4b78-82da-555bfa2b4b95'],
  ['ReportSettings.ReadWrite.All', 'b955410e-7715-4a88-a940-dfd551018df3', '2a60023f-3219-47ad-baa4-40e17cd02a1d'],
  ['SecurityEvents.Read.All', '64733abd-851e-478a-bffb-e47a14b18235', 'bf394140-e372-4bf9-a898-299cfc7564e5'],
  ['Device.Read.All', '951183d1-1a61-466f-a6d1-1fde911bfd95', '7438b122-aefc-4978-80ed-43db9fcc7715'],
  [
    'DeviceManagementManagedDevices.Read.All',
    '314874da-47d6-4978-88dc-cf0d37f0bb82',
    '2f51be20-0bb4-4fed-bf7b-db946066c75e',
  ],
  ['OrgContact.Read.All', '08432d1b-5911-483c-86df-7980af5cdee0', 'e1a88a34-94c4-4418-be12-c87b00e26bea'],
  ['Contacts.Read', 'ff74d97f-43af-4b68-9f2a-b77ee6968c5d', '089fe4d0-434a-44c5-8827-41ba8a0b17f5'],
  ['Domain.Read.All', '2f9ee017-59c1-4f1d-9472-bd5529a7b311', 'dbb9058a-0e50-45d7-ae91-66909b5d4664'],
  ['Policy.Read.All', '572fea84-0151-49b2-9301-11cb16974376', '246dd0d5-5bd0-4def-940b-0421030a5b68'],
  ['RoleManagement.Read.Directory', '741c54c3-0c1e-44a1-818b-3f97ab4e8c83', '483bed4a-2ad3-4361-a73b-c83ccdbdc53c'],
  ['UserAuthenticationMethod.Read.All', 'aec28ec7-4d02-4e8c-b864-50163aea77eb', '38d9df27-64da-44fd-b7c5-a6fbac20248f'],
  ['ServiceHealth.Read.All', '55896846-df78-47a7-aa94-8d3d4442ca7f', '79c261e0-fe76-4144-aad5-bdc68fbe4037'],
  [
    'CrossTenantInformation.ReadBasic.All',
    '81594d25-e88e-49cf-ac8c-fecbff49f994',
    'cac88765-0581-4025-9725-5ebc13f729ee',
  ],
  ['Application.Read.All', 'c79f8feb-a9db-4090-85f9-90d820caa0eb', '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30'],
  ['Application.ReadWrite.All', 'bdfbf15f-ee85-4955-8675-146e8e5296b5', '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9'],
  ['AppRoleAssignment.ReadWrite.All', '84bccea3-f856-4a8a-967b-dbe0a3d53a64', '06b708a9-e830-4db3-a914-8e69da51d44f'],
  [
    'DelegatedPermissionGrant.ReadWrite.All',
    '41ce6ca6-6826-4807-84f1-1c82854f7ee5',
    '8e8e4742-1d95-4f68-9d56-6ee75648c72a',
  ],
  [
    'DelegatedAdminRelationship.Read.All',
    '0c0064ea-477b-4130-82a5-4c2cc4ff68aa',
    'f6e9e124-4586-492f-adc0-c6f96e4823fd',
  ],
  [
    'DelegatedAdminRelationship.ReadWrite.All',
    '885f682f-a990-4bad-a642-36736a74b0c7',
    'cc13eba4-8cd8-44c6-b4d4-f93237adce58',
  ],
  ['openid', '37f7f235-527c-4136-accd-4a02d197296e', null],
  ['profile', '14dad69e-099b-42c9-810b-d002981feec1', null],
  ['email', '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0', null],
  ['offline_access', '7427e0e9-2fba-42fe-b0c0-848c9e6a8182', null],
];

const scopeIds = idsByName(1);
const roleIds = idsByName(2);
const namesByRoleId = new Map([...roleIds].map(([name, id]) => [id, name]));

function idsByName(column: 1 | 2): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const permission of PERMISSIONS) {
    const id = permission[column];
    if (id !== null) ids.set(permission[0], id);
  }
  return ids;
}

/** The id of an application role of a resource; one is made up for names that the table does not hold. */
export function appRoleId(resourceAppId: string, role: string): string {
  return roleIds.get(role) ?? derivedGuid('appRole', resourceAppId, role);
}

/** The name of an application role of Microsoft Graph by its id. */
export function appRoleName(id: string): string | undefined {
  return namesByRoleId.get(id);
}

/** Microsoft Graph's application roles and delegated scopes, by name and id. */
export function graphPermissions(): { roles: ReadonlyMap<string, string>; scopes: ReadonlyMap<string, string> } {
  return { roles: roleIds, scopes: scopeIds };
}
