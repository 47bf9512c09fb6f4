// What is true in a tenant, in one normalised form that a test can compare with what the app stored.
import { consumedUnits } from '../graph/mutations.ts';
import type { Tenant, World } from '../world.ts';

export interface TenantTruth {
  tenantId: string;
  kind: Tenant['kind'];
  hasEntraP1: boolean;
  deleted: boolean;
  organization: {
    id: string;
    displayName: string;
    defaultDomain: string;
    initialDomain: string;
    countryLetterCode: string;
    createdDateTime: string;
  };
  /** Sorted by skuId. `unused` is enabled − consumed; it is negative when more is assigned than bought. */
  licences: {
    skuId: string;
    skuPartNumber: string;
    enabled: number;
    consumed: number;
    suspended: number;
    warning: number;
    lockedOut: number;
    unused: number;
  }[];
  /** Sorted by id. */
  subscriptions: {
    id: string;
    commerceSubscriptionId: string;
    skuId: string;
    skuPartNumber: string;
    status: string;
    totalLicenses: number;
    isTrial: boolean;
    createdDateTime: string;
    nextLifecycleDateTime: string | null;
    ownerTenantId: string | null;
  }[];
  /** Users that are not deleted, sorted by id. */
  users: {
    id: string;
    userPrincipalName: string;
    displayName: string;
    mail: string | null;
    mobilePhone: string | null;
    department: string | null;
    officeLocation: string | null;
    userType: 'Member' | 'Guest';
    accountEnabled: boolean;
    /** SKU ids, sorted. */
    licences: string[];
  }[];
  /** Of users that ever signed in, sorted by user id. Readable only where the tenant has Entra ID P1. */
  signIns: { userId: string; lastSignInDateTime: string; lastSuccessfulSignInDateTime: string | null }[];
  apps: { appId: string; enabled: boolean; roles: string[]; effectiveMs: number }[];
}

/** The truth about one tenant. */
export function truthOf(tenant: Tenant): TenantTruth {
  const users = [...tenant.users.values()].filter((user) => user.deletedDateTime === null).sort(byId);
  return {
    tenantId: tenant.id,
    kind: tenant.kind,
    hasEntraP1: tenant.hasEntraP1,
    deleted: tenant.deleted ?? false,
    organization: {
      id: tenant.id,
      displayName: tenant.displayName,
      defaultDomain: tenant.defaultDomain,
      initialDomain: tenant.initialDomain,
      countryLetterCode: tenant.countryLetterCode,
      createdDateTime: tenant.createdDateTime,
    },
    licences: licencesOf(tenant),
    subscriptions: [...tenant.subscriptions.values()]
      .sort(byId)
      .map(({ ownerId: _ownerId, ownerType: _ownerType, ...shown }) => shown),
    users: users.map((user) => ({
      id: user.id,
      userPrincipalName: user.userPrincipalName,
      displayName: user.displayName,
      mail: user.mail,
      mobilePhone: user.mobilePhone,
      department: user.department,
      officeLocation: user.officeLocation,
      userType: user.userType,
      accountEnabled: user.accountEnabled,
      licences: user.assignedLicenses.map(({ skuId }) => skuId).sort(),
    })),
    signIns: users.flatMap(({ id, signInActivity }) => (signInActivity ? [{ userId: id, ...signInActivity }] : [])),
    apps: [...tenant.servicePrincipals.values()].map((principal) => ({
      appId: principal.appId,
      enabled: principal.accountEnabled,
      roles: principal.appRoles.map(({ role }) => role).sort(),
      effectiveMs: principal.effectiveMs,
    })),
  };
}

function licencesOf(tenant: Tenant): TenantTruth['licences'] {
  return [...tenant.skus.values()]
    .map(({ skuId, skuPartNumber, prepaid }) => {
      const consumed = consumedUnits(tenant, skuId);
      return { skuId, skuPartNumber, ...prepaid, consumed, unused: prepaid.enabled - consumed };
    })
    .sort((a, b) => (a.skuId < b.skuId ? -1 : 1));
}

/** The truth about every customer. */
export function truthOfAll(world: World): TenantTruth[] {
  return [...world.tenants.values()].filter(({ kind }) => kind === 'customer').map(truthOf);
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
