// What the control API takes.
import { z } from 'zod';

const Id = z.string().min(1);
const SubscriptionStatus = z.enum(['Enabled', 'Warning', 'Suspended', 'Deleted', 'LockedOut']);

const UserFields = z.strictObject({
  userPrincipalName: z.string().min(3).optional(),
  displayName: z.string().min(1).optional(),
  givenName: z.string().nullable().optional(),
  surname: z.string().nullable().optional(),
  mail: z.string().nullable().optional(),
  mobilePhone: z.string().nullable().optional(),
  jobTitle: z.string().nullable().optional(),
  department: z.string().nullable().optional(),
  officeLocation: z.string().nullable().optional(),
  usageLocation: z.string().nullable().optional(),
  userType: z.enum(['Member', 'Guest']).optional(),
  accountEnabled: z.boolean().optional(),
  directoryRoles: z.array(Id).optional(),
  mfa: z.boolean().optional(),
});

const OfUser = { tenantId: Id, userId: Id };
const OfTenant = { tenantId: Id };
/** The customer app unless said otherwise. */
const OfApp = { tenantId: Id, appId: Id.optional() };
/** All of the customer's relationships that fit, or one, or those with one partner. */
const OfRelationship = { tenantId: Id, relationshipId: Id.optional(), partnerTenantId: Id.optional() };

/** One change of what is true. `tenantId` is the tenant that it happens in. */
export const Change = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('addUser'),
    ...OfTenant,
    user: UserFields.default({}),
    skuIds: z.array(Id).default([]),
  }),
  z.strictObject({ kind: z.literal('updateUser'), ...OfUser, set: UserFields }),
  z.strictObject({ kind: z.literal('disableUser'), ...OfUser }),
  z.strictObject({ kind: z.literal('enableUser'), ...OfUser }),
  z.strictObject({ kind: z.literal('softDeleteUser'), ...OfUser }),
  z.strictObject({ kind: z.literal('restoreUser'), ...OfUser }),
  z.strictObject({ kind: z.literal('purgeUser'), ...OfUser }),
  z.strictObject({ kind: z.literal('assignLicence'), ...OfUser, skuId: Id }),
  z.strictObject({ kind: z.literal('removeLicence'), ...OfUser, skuId: Id }),
  z.strictObject({ kind: z.literal('signIn'), ...OfUser }),
  /** `enabled` sets the number of seats, `add` changes it. */
  z.strictObject({
    kind: z.literal('buySeats'),
    ...OfTenant,
    skuId: Id,
    enabled: z.int().min(0).optional(),
    add: z.int().optional(),
  }),
  z.strictObject({ kind: z.literal('buyProduct'), ...OfTenant, skuPartNumber: Id, seats: z.int().min(1) }),
  z.strictObject({
    kind: z.literal('setSubscriptionStatus'),
    ...OfTenant,
    subscriptionId: Id,
    status: SubscriptionStatus,
  }),
  z.strictObject({ kind: z.literal('renameOrganization'), ...OfTenant, displayName: z.string().min(1) }),
  z.strictObject({ kind: z.literal('setEntraP1'), ...OfTenant, hasEntraP1: z.boolean() }),
  z.strictObject({ kind: z.literal('deleteTenant'), ...OfTenant }),
  z.strictObject({ kind: z.literal('resetDelta'), ...OfTenant }),
  z.strictObject({ kind: z.literal('removeApp'), ...OfApp }),
  z.strictObject({ kind: z.literal('disableApp'), ...OfApp }),
  z.strictObject({ kind: z.literal('enableApp'), ...OfApp }),
  z.strictObject({ kind: z.literal('revokeAppRoles'), ...OfApp, roles: z.array(Id).optional() }),
  /** `terminate` goes through terminationRequested and terminating by the clock; `expire` ends it now. */
  z.strictObject({
    kind: z.literal('endRelationship'),
    ...OfRelationship,
    how: z.enum(['terminate', 'expire']).default('terminate'),
  }),
  z.strictObject({ kind: z.literal('activateRelationship'), ...OfRelationship }),
  z.strictObject({
    kind: z.literal('setRelationshipUnreadable'),
    ...OfRelationship,
    status: z.int().min(400).max(599).nullable(),
  }),
  z.strictObject({ kind: z.literal('addGroupMember'), ...OfTenant, groupId: Id, memberId: Id }),
  z.strictObject({ kind: z.literal('removeGroupMember'), ...OfTenant, groupId: Id, memberId: Id }),
  z.strictObject({ kind: z.literal('deleteGroup'), ...OfTenant, groupId: Id }),
  z.strictObject({ kind: z.literal('revokeRefreshTokens'), ...OfUser }),
  /** `null` lets what was held back take effect. */
  z.strictObject({ kind: z.literal('holdConsentBack'), ...OfTenant, what: z.enum(['app', 'roles']).nullable() }),
  z.strictObject({ kind: z.literal('refuseConsent'), ...OfTenant, refuses: z.boolean() }),
  /** The registration's secrets and certificates end then (milliseconds since the epoch); a restart forgets it. */
  /**
   * Makes or changes an app registration whose home is that tenant, as its owner does in Entra. What is left out stays as it
   * is; a new one asks for everything that Tenantry's two apps ask for together.
   */
  z.strictObject({
    kind: z.literal('registerApp'),
    ...OfTenant,
    appId: z.guid(),
    displayName: z.string().min(1).optional(),
    redirectUris: z.array(z.url()).optional(),
    secrets: z.array(z.strictObject({ value: z.string().min(1), expiresMs: z.number() })).optional(),
    certificates: z
      .array(z.strictObject({ thumbprint: z.string().min(1), pem: z.string().min(1), expiresMs: z.number() }))
      .optional(),
    multiTenant: z.boolean().optional(),
    groupMembershipClaims: z.enum(['None', 'DirectoryRole', 'SecurityGroup', 'All']).optional(),
  }),
  z.strictObject({ kind: z.literal('endAppCredentials'), ...OfTenant, appId: Id, atMs: z.number() }),
]);
export type Change = z.infer<typeof Change>;
export type ChangeKind = Change['kind'];

export const RandomChanges = z.strictObject({
  count: z.int().min(1).max(100_000),
  seed: z.int(),
  tenantIds: z.array(Id).optional(),
});

const Rule = z.strictObject({
  match: z
    .strictObject({
      origin: z.enum(['login', 'graph', 'partnerCenter']).optional(),
      method: z.enum(['GET', 'POST', 'PATCH', 'DELETE']).optional(),
      pathPrefix: z.string().optional(),
      tenantId: z.string().optional(),
    })
    .default({}),
  kind: z.enum([
    '429',
    '503',
    'reset',
    'slow',
    'latency',
    'truncate',
    'batchItem429',
    'deltaReset',
    'outage',
    'refuse',
  ]),
  rate: z.number().min(0).max(1).default(1),
  retryAfterSeconds: z.number().min(0).optional(),
  latencyMs: z.number().min(0).optional(),
  untilMs: z.number().optional(),
  /** Instead of untilMs: how long from now, in simulator milliseconds. */
  forMs: z.number().min(0).optional(),
  times: z.int().min(1).optional(),
  phase: z.enum(['before', 'after']).optional(),
  status: z.int().min(400).max(599).optional(),
  code: z.string().min(1).optional(),
  message: z.string().optional(),
});

export const FaultRules = z.strictObject({ rules: z.array(Rule) });
export const Advance = z.strictObject({ advanceMs: z.int() });
export const Latency = z.strictObject({ ms: z.number().min(0) });
export const Settings = z.strictObject({
  propagationDelayMs: z.number().min(0).optional(),
  rolePropagationDelayMs: z.number().min(0).optional(),
  neverPropagate: z.boolean().optional(),
});
