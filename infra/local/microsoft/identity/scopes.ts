// Permissions by name with the plain words of the consent page, and the reading of `scope` parameters.
// https://learn.microsoft.com/graph/permissions-reference
import { GRAPH_AUDIENCE, PARTNER_CENTER_AUDIENCE } from '../tokens.ts';
import { GRAPH_APP_ID, PARTNER_CENTER_APP_ID } from '../world.ts';
import { AadstsFailure } from './errors.ts';

export const OIDC_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access'];

interface Permission {
  description: string;
  /** Whether a delegated grant needs an administrator. Application permissions always do. */
  adminOnly: boolean;
}

const GRAPH: Readonly<Record<string, Permission>> = {
  openid: { description: 'Sign you in', adminOnly: false },
  profile: { description: 'View your basic profile', adminOnly: false },
  email: { description: 'View your email address', adminOnly: false },
  offline_access: { description: 'Maintain access to data you have given it access to', adminOnly: false },
  'User.Read': { description: 'Sign you in and read your profile', adminOnly: false },
  'User.ReadBasic.All': { description: 'Read all users’ basic profiles', adminOnly: false },
  'User.Read.All': { description: 'Read all users’ full profiles', adminOnly: true },
  'User.ReadWrite.All': { description: 'Read and write all users’ full profiles', adminOnly: true },
  'Organization.Read.All': { description: 'Read organisation information', adminOnly: true },
  'LicenseAssignment.Read.All': { description: 'Read all licence assignments', adminOnly: true },
  'AuditLog.Read.All': { description: 'Read all audit log data', adminOnly: true },
  'Directory.Read.All': { description: 'Read directory data', adminOnly: true },
  'Directory.ReadWrite.All': { description: 'Read and write directory data', adminOnly: true },
  'Directory.AccessAsUser.All': { description: 'Access the directory as the signed-in user', adminOnly: true },
  'DelegatedAdminRelationship.Read.All': {
    description: 'Read delegated admin relationships with customers',
    adminOnly: true,
  },
  'DelegatedAdminRelationship.ReadWrite.All': {
    description: 'Manage delegated admin relationships with customers',
    adminOnly: true,
  },
  'Application.Read.All': { description: 'Read all applications', adminOnly: true },
  'Application.ReadWrite.All': { description: 'Read and write all applications', adminOnly: true },
  'AppRoleAssignment.ReadWrite.All': {
    description: 'Manage app permission grants and app role assignments',
    adminOnly: true,
  },
  'DelegatedPermissionGrant.ReadWrite.All': { description: 'Manage all delegated permission grants', adminOnly: true },
  'Group.Read.All': { description: 'Read all groups', adminOnly: true },
  'GroupMember.Read.All': { description: 'Read all group memberships', adminOnly: true },
  'RoleManagement.Read.Directory': { description: 'Read all directory role settings', adminOnly: true },
  'Device.Read.All': { description: 'Read all devices', adminOnly: true },
  'DeviceManagementManagedDevices.Read.All': { description: 'Read Microsoft Intune devices', adminOnly: true },
  'SecurityEvents.Read.All': { description: 'Read your organisation’s security events', adminOnly: true },
  'Reports.Read.All': { description: 'Read all usage reports', adminOnly: true },
  'ReportSettings.Read.All': { description: 'Read admin report settings', adminOnly: true },
  'ReportSettings.ReadWrite.All': { description: 'Read and write admin report settings', adminOnly: true },
  'Domain.Read.All': { description: 'Read domains', adminOnly: true },
  'OrgContact.Read.All': { description: 'Read organisational contacts', adminOnly: true },
  'Policy.Read.All': { description: 'Read your organisation’s policies', adminOnly: true },
  'CrossTenantInformation.ReadBasic.All': { description: 'Read basic information of other tenants', adminOnly: true },
  'Contacts.Read': { description: 'Read your contacts', adminOnly: false },
  'Mail.Send': { description: 'Send mail as you', adminOnly: false },
};

const PARTNER_CENTER: Readonly<Record<string, Permission>> = {
  user_impersonation: { description: 'Access Partner Center as you', adminOnly: false },
};

export interface AskedScope {
  resourceAppId: string;
  /** A permission's name, or `.default`. */
  scope: string;
}

/** What a permission lets the app do, in words. */
export function describePermission(resourceAppId: string, name: string): string {
  return tableOf(resourceAppId)[name]?.description ?? name;
}

/** Whether only an administrator may grant this delegated permission. */
export function needsAdmin(resourceAppId: string, name: string): boolean {
  return tableOf(resourceAppId)[name]?.adminOnly ?? true;
}

/**
 * Reads a `scope` parameter. Short names belong to Graph.
 * @throws AadstsFailure 500011 for an unknown resource, 70011 for `.default` beside others, 650053 for a name that the resource does not have
 */
export function parseScopes(text: string): AskedScope[] {
  const asked = text.split(/\s+/).filter(Boolean).map(parseScope);
  const dynamic = asked.filter(({ scope }) => scope !== '.default' && !OIDC_SCOPES.includes(scope));
  if (dynamic.length > 0 && asked.some(({ scope }) => scope === '.default')) {
    throw new AadstsFailure(70011, ['.default scope cannot be combined with resource-specific scopes']);
  }
  return uniqueScopes(asked);
}

/** The scopes without repetitions, in order. */
export function uniqueScopes(scopes: readonly AskedScope[]): AskedScope[] {
  return [...new Map(scopes.map((one) => [`${one.resourceAppId}/${one.scope}`, one])).values()];
}

function parseScope(text: string): AskedScope {
  const at = text.lastIndexOf('/');
  if (at < 0) return known({ resourceAppId: GRAPH_APP_ID, scope: text });
  const resource = text.slice(0, at).replace(/\/+$/, '');
  const resourceAppId = resourceOf(resource);
  if (!resourceAppId) throw new AadstsFailure(500011, [resource]);
  return known({ resourceAppId, scope: text.slice(at + 1) });
}

function known(asked: AskedScope): AskedScope {
  if (asked.scope === '.default' || Object.hasOwn(tableOf(asked.resourceAppId), asked.scope)) return asked;
  throw new AadstsFailure(650053, [asked.scope, asked.resourceAppId]);
}

/** Resources go by their public names, wherever the stand-in listens. */
function resourceOf(text: string): string | null {
  if (text === GRAPH_AUDIENCE || text === GRAPH_APP_ID) return GRAPH_APP_ID;
  return text === PARTNER_CENTER_AUDIENCE || text === PARTNER_CENTER_APP_ID ? PARTNER_CENTER_APP_ID : null;
}

/** The resource's address as it stands before a scope and in `aud`. */
export function audienceOf(resourceAppId: string): string {
  return resourceAppId === PARTNER_CENTER_APP_ID ? PARTNER_CENTER_AUDIENCE : GRAPH_AUDIENCE;
}

function tableOf(resourceAppId: string): Readonly<Record<string, Permission>> {
  return resourceAppId === PARTNER_CENTER_APP_ID ? PARTNER_CENTER : GRAPH;
}
