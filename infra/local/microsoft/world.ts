// The simulated Microsoft's state: what is true. Identity, Graph and Partner Center read and change only this.
// It follows Microsoft's documentation by itself and imports nothing from shared/, so that one reading cannot hide the
// other's mistake.

export interface World {
  seed: number;
  /** Milliseconds since the epoch that the scenario takes as its start. */
  startMs: number;
  tenants: Map<string, Tenant>;
  apps: Map<string, AppRegistration>;
  /** GDAP relationships by id; a relationship belongs to one partner tenant and one customer tenant. */
  relationships: Map<string, Relationship>;
  /** Reseller relations: `/contracts` and Partner Center's customers are read from these. */
  resellerRelations: ResellerRelation[];
  sessions: Map<string, BrowserSession>;
  codes: Map<string, AuthorizationCode>;
  refreshTokens: Map<string, RefreshToken>;
  /** Signing keys of the simulated identity platform, made anew for each world. */
  signingKeys: SigningKey[];
  /** What the scenario set out to show at its start, a row for each pair of partner and customer. */
  scenarioStatuses: ScenarioStatus[];
}

/** The GDAP status a customer shows when the scenario starts, for the role profile that the scenario takes as required. */
export type ScenarioGdapStatus =
  | 'Active'
  | 'Expiring'
  | 'Expired'
  | 'Pending'
  | 'Missing'
  | 'MissingRoles'
  | 'MissingSecurityGroup'
  | 'Error'
  | 'Unknown';

/** How a customer's consent stands after the first day, where the scenario says so. */
export type ScenarioConsent =
  | 'granted'
  | 'notRequested'
  | 'inProgress'
  | 'pending'
  | 'granting'
  | 'failed'
  | 'revoked'
  | 'upgradeNeeded';

export interface ScenarioStatus {
  partnerTenantId: string;
  customerTenantId: string;
  gdapStatus: ScenarioGdapStatus;
  /** Which of the several ways into this status was taken. */
  variant: string;
  consent?: ScenarioConsent;
}

export interface Tenant {
  id: string;
  displayName: string;
  defaultDomain: string;
  initialDomain: string;
  /** `vendor` holds the app registrations; `personal` is Microsoft's tenant of personal accounts. */
  kind: 'partner' | 'customer' | 'vendor' | 'personal';
  /** Partner tenants only: an indirect reseller is refused (403) by Partner Center's customer list. */
  partnerCenter?: { available: boolean };
  countryLetterCode: string;
  createdDateTime: string;
  organizationVersion: number;
  hasEntraP1: boolean;
  skus: Map<string, Sku>;
  subscriptions: Map<string, CompanySubscription>;
  users: Map<string, User>;
  /** Every change of a user since the start, in order; delta queries read it. */
  userChanges: UserChange[];
  /** Delta links issued before this sequence are answered 410 Gone (a reset that the control API asked for). */
  deltaResetBefore: number;
  groups: Map<string, Group>;
  /** Enterprise applications, by app id. */
  servicePrincipals: Map<string, ServicePrincipal>;
  /** Consent is recorded here but never takes effect: of the whole app, or of its application roles alone. */
  consentHeldBack?: 'app' | 'roles';
  /** Consent is answered with AADSTS650052, whoever gives it. */
  refusesConsent?: boolean;
  /** A tenant that was deleted answers AADSTS90002. */
  deleted?: boolean;
}

export interface Sku {
  skuId: string;
  skuPartNumber: string;
  appliesTo: 'User' | 'Company';
  prepaid: { enabled: number; suspended: number; warning: number; lockedOut: number };
  servicePlans: { servicePlanId: string; servicePlanName: string; provisioningStatus: string; appliesTo: string }[];
  subscriptionIds: string[];
}

export interface CompanySubscription {
  id: string;
  commerceSubscriptionId: string;
  skuId: string;
  skuPartNumber: string;
  status: 'Enabled' | 'Warning' | 'Suspended' | 'Deleted' | 'LockedOut';
  totalLicenses: number;
  isTrial: boolean;
  createdDateTime: string;
  nextLifecycleDateTime: string | null;
  ownerId: string | null;
  ownerTenantId: string | null;
  ownerType: string | null;
}

export interface User {
  id: string;
  userPrincipalName: string;
  displayName: string;
  givenName: string | null;
  surname: string | null;
  mail: string | null;
  mobilePhone: string | null;
  businessPhones: string[];
  jobTitle: string | null;
  department: string | null;
  officeLocation: string | null;
  preferredLanguage: string | null;
  usageLocation: string | null;
  userType: 'Member' | 'Guest';
  accountEnabled: boolean;
  createdDateTime: string;
  /** Set while soft-deleted: the delta answers `@removed` with reason `changed`. */
  deletedDateTime: string | null;
  assignedLicenses: { skuId: string; disabledPlans: string[] }[];
  proxyAddresses: string[];
  signInActivity: { lastSignInDateTime: string; lastSuccessfulSignInDateTime: string | null } | null;
  /** Directory role template ids this user holds in this tenant. */
  directoryRoles: string[];
  /** Whether this account does MFA when it signs in. */
  mfa: boolean;
  /** Guests that can sign in: the account in its own tenant that this guest stands for. */
  homeAccount?: { tenantId: string; userId: string };
}

export interface UserChange {
  sequence: number;
  userId: string;
  /** `deleted` is permanent. */
  reason: 'created' | 'updated' | 'softDeleted' | 'restored' | 'deleted';
  atMs: number;
}

export interface Group {
  id: string;
  displayName: string;
  securityEnabled: boolean;
  /** Object ids of users and groups (groups nest). */
  memberIds: string[];
}

export interface AppRegistration {
  appId: string;
  displayName: string;
  homeTenantId: string;
  multiTenant: boolean;
  redirectUris: string[];
  secrets: { value: string; expiresMs: number }[];
  /** Certificates by the SHA-256 thumbprint of their DER, base64url; PEM of the public key or certificate. */
  certificates: { thumbprint: string; pem: string; expiresMs: number }[];
  /** What the manifest asks for: of each resource, the delegated scopes and the application roles by name. */
  requiredResourceAccess: { resourceAppId: string; scopes: string[]; roles: string[] }[];
  /** Work and school accounts of any tenant only, or personal accounts too. */
  allowsPersonalAccounts?: boolean;
  publisherName?: string;
  /** `DirectoryRole` puts `wids` into tokens. */
  groupMembershipClaims: 'None' | 'DirectoryRole' | 'SecurityGroup' | 'All';
}

export interface ServicePrincipal {
  id: string;
  appId: string;
  accountEnabled: boolean;
  createdMs: number;
  /** Application roles that were granted, by name, with the time from which tokens carry them (propagation). */
  appRoles: { resourceAppId: string; role: string; effectiveMs: number }[];
  /** Delegated scopes, for all principals or one. */
  delegatedGrants: {
    resourceAppId: string;
    scopes: string[];
    consentType: 'AllPrincipals' | 'Principal';
    principalId: string | null;
  }[];
  /** When it can first be used; before that the token endpoint answers as if it were missing. */
  effectiveMs: number;
}

export interface Relationship {
  id: string;
  displayName: string;
  partnerTenantId: string;
  customerTenantId: string;
  duration: string;
  autoExtendDuration: string;
  status:
    | 'created'
    | 'approvalPending'
    | 'approved'
    | 'activating'
    | 'active'
    | 'expiring'
    | 'expired'
    | 'terminationRequested'
    | 'terminating'
    | 'terminated';
  roleDefinitionIds: string[];
  createdDateTime: string;
  lastModifiedDateTime: string;
  activatedDateTime: string | null;
  endDateTime: string | null;
  version: number;
  accessAssignments: Map<string, AccessAssignment>;
  /** When set, reading its access assignments answers this status: the customer's GDAP status is then Error. */
  unreadable?: number;
}

export interface AccessAssignment {
  id: string;
  status: 'pending' | 'active' | 'deleting' | 'deleted' | 'error';
  groupId: string;
  roleDefinitionIds: string[];
  createdDateTime: string;
  lastModifiedDateTime: string;
  version: number;
}

export interface ResellerRelation {
  contractId: string;
  partnerTenantId: string;
  customerTenantId: string;
  contractType: 'ResellerPartner' | 'BreadthPartner' | 'SyndicationPartner';
  /** Copies made when the partnership began; Microsoft does not update them. */
  displayName: string;
  defaultDomainName: string;
}

/** A browser signed in at the simulated login page. */
export interface BrowserSession {
  id: string;
  accounts: { tenantId: string; userId: string; mfa: boolean }[];
}

export interface AuthorizationCode {
  code: string;
  appId: string;
  redirectUri: string;
  /** The tenant that the authorize address named, resolved. */
  tenantId: string;
  homeTenantId: string;
  userId: string;
  scopes: string[];
  nonce: string | null;
  codeChallenge: string | null;
  codeChallengeMethod: 'S256' | 'plain' | null;
  mfa: boolean;
  expiresMs: number;
  redeemed: boolean;
}

export interface RefreshToken {
  token: string;
  appId: string;
  homeTenantId: string;
  userId: string;
  scopes: string[];
  mfa: boolean;
  issuedMs: number;
  lastUsedMs: number;
  revoked: boolean;
}

export interface SigningKey {
  kid: string;
  privatePem: string;
  publicJwk: Record<string, unknown>;
  /** The issuer of tokens signed with it: `tenants` is any work or school tenant. */
  use: 'tenants' | 'personal';
}

export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
/** Microsoft's own tenant in which personal accounts live. */
export const PERSONAL_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';
export const PARTNER_CENTER_APP_ID = 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd';
