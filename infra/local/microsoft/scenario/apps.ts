// The two app registrations of the scenario, in the tenant of their vendor.
import { type AppRegistration, GRAPH_APP_ID, PARTNER_CENTER_APP_ID, type Tenant } from '../world.ts';

export const VENDOR_TENANT_ID = '7e2a0f5c-3c1b-4c7e-9a51-0d6f1c2b7a10';
/** Delegated permissions; consented once, in the MSP's own tenant. */
export const PARTNER_APP_ID = '5b0a6c1e-8d2f-4e57-9c3a-1f4e7d20b6a1';
/** Application permissions; consented in each customer's tenant. */
export const CUSTOMER_APP_ID = 'c4d19e72-0b6a-4f83-8e15-62a7f39d0c48';

export type ResourceAccess = AppRegistration['requiredResourceAccess'];

export interface AppOptions {
  redirectUris: string[];
  secrets?: { value: string; expiresMs: number }[];
  certificates?: AppRegistration['certificates'];
  requiredResourceAccess?: ResourceAccess;
  groupMembershipClaims?: AppRegistration['groupMembershipClaims'];
  multiTenant?: boolean;
  allowsPersonalAccounts?: boolean;
}

export const PARTNER_APP_ACCESS: ResourceAccess = [
  {
    resourceAppId: GRAPH_APP_ID,
    scopes: [
      'openid',
      'profile',
      'offline_access',
      'User.Read',
      'DelegatedAdminRelationship.ReadWrite.All',
      'Directory.Read.All',
    ],
    roles: [],
  },
  { resourceAppId: PARTNER_CENTER_APP_ID, scopes: ['user_impersonation'], roles: [] },
];

export const CUSTOMER_APP_ACCESS: ResourceAccess = [
  {
    resourceAppId: GRAPH_APP_ID,
    scopes: ['openid', 'profile', 'User.Read'],
    roles: [
      'Organization.Read.All',
      'LicenseAssignment.Read.All',
      'User.Read.All',
      'AuditLog.Read.All',
      'GroupMember.Read.All',
    ],
  },
];

/** The registration of the partner app. */
export function partnerApp(options: AppOptions): AppRegistration {
  return registration(PARTNER_APP_ID, 'Tenantry for partners', PARTNER_APP_ACCESS, {
    // Personal accounts get through on `common`, so that the app's own refusal can be tried.
    allowsPersonalAccounts: true,
    ...options,
  });
}

/** The registration of the customer app. */
export function customerApp(options: AppOptions): AppRegistration {
  return registration(CUSTOMER_APP_ID, 'Tenantry', CUSTOMER_APP_ACCESS, options);
}

/** A registration that a partner owns itself: one app that does what both of Tenantry's do. */
export function ownApp(appId: string, home: Pick<Tenant, 'id' | 'displayName'>): AppRegistration {
  const scopes = new Set([...PARTNER_APP_ACCESS, ...CUSTOMER_APP_ACCESS].flatMap(scopesOfGraph));
  const access: ResourceAccess = [
    { resourceAppId: GRAPH_APP_ID, scopes: [...scopes], roles: CUSTOMER_APP_ACCESS.flatMap(({ roles }) => roles) },
    { resourceAppId: PARTNER_CENTER_APP_ID, scopes: ['user_impersonation'], roles: [] },
  ];
  const made = registration(appId, `${home.displayName} customer access`, access, { redirectUris: [] });
  return { ...made, homeTenantId: home.id, publisherName: home.displayName };
}

function scopesOfGraph({ resourceAppId, scopes }: ResourceAccess[number]): string[] {
  return resourceAppId === GRAPH_APP_ID ? scopes : [];
}

function registration(
  appId: string,
  displayName: string,
  access: ResourceAccess,
  options: AppOptions,
): AppRegistration {
  return {
    appId,
    displayName,
    publisherName: 'Tenantry',
    homeTenantId: VENDOR_TENANT_ID,
    multiTenant: options.multiTenant ?? true,
    allowsPersonalAccounts: options.allowsPersonalAccounts ?? false,
    redirectUris: options.redirectUris,
    secrets: options.secrets ?? [],
    certificates: options.certificates ?? [],
    requiredResourceAccess: options.requiredResourceAccess ?? access,
    groupMembershipClaims: options.groupMembershipClaims ?? 'DirectoryRole',
  };
}
