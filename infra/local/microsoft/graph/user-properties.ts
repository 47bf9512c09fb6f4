// The user type: what each property reads from the world, which come by default, and which a collection cannot return.
// https://learn.microsoft.com/graph/api/resources/user

import type { Tenant, User } from '../world.ts';
import type { EntityShape } from './query-options.ts';

/** A property that the world does not hold: never set, or an empty collection. */
function constant(names: readonly string[], value: null | readonly never[]): [string, () => unknown][] {
  return names.map((name) => [name, () => value]);
}

const NEVER_SET = [
  'ageGroup',
  'authorizationInfo',
  'city',
  'companyName',
  'consentProvidedForMinor',
  'country',
  'creationType',
  'customSecurityAttributes',
  'employeeHireDate',
  'employeeId',
  'employeeLeaveDateTime',
  'employeeOrgData',
  'employeeType',
  'externalUserStateChangeDateTime',
  'faxNumber',
  'identityParentId',
  'isManagementRestricted',
  'isResourceAccount',
  'lastPasswordChangeDateTime',
  'legalAgeGroupClassification',
  'onPremisesDistinguishedName',
  'onPremisesDomainName',
  'onPremisesExtensionAttributes',
  'onPremisesImmutableId',
  'onPremisesLastSyncDateTime',
  'onPremisesSamAccountName',
  'onPremisesSecurityIdentifier',
  'onPremisesSyncEnabled',
  'onPremisesUserPrincipalName',
  'passwordPolicies',
  'passwordProfile',
  'postalCode',
  'preferredDataLocation',
  'securityIdentifier',
  'showInAddressList',
  'signInSessionsValidFromDateTime',
  'state',
  'streetAddress',
];

const NEVER_FILLED = [
  'assignedPlans',
  'imAddresses',
  'onPremisesProvisioningErrors',
  'otherMails',
  'provisionedPlans',
  'serviceProvisioningErrors',
];

const SHAPE_OF_SIGN_IN = {
  lastSignInRequestId: null,
  lastNonInteractiveSignInDateTime: null,
  lastNonInteractiveSignInRequestId: null,
  lastSuccessfulSignInRequestId: null,
};

const PROPERTIES = new Map<string, (user: User) => unknown>([
  ['id', (user) => user.id],
  ['deletedDateTime', (user) => user.deletedDateTime],
  ['accountEnabled', (user) => user.accountEnabled],
  ['assignedLicenses', (user) => user.assignedLicenses],
  ['businessPhones', (user) => user.businessPhones],
  ['createdDateTime', (user) => user.createdDateTime],
  ['department', (user) => user.department],
  ['displayName', (user) => user.displayName],
  ['externalUserState', (user) => (user.userType === 'Guest' ? 'Accepted' : null)],
  ['givenName', (user) => user.givenName],
  ['identities', identities],
  ['jobTitle', (user) => user.jobTitle],
  ['licenseAssignmentStates', licenceStates],
  ['mail', (user) => user.mail],
  ['mailNickname', (user) => user.userPrincipalName.split('@')[0] ?? null],
  ['mobilePhone', (user) => user.mobilePhone],
  ['officeLocation', (user) => user.officeLocation],
  ['preferredLanguage', (user) => user.preferredLanguage],
  ['proxyAddresses', (user) => user.proxyAddresses],
  ['signInActivity', signInActivity],
  ['surname', (user) => user.surname],
  ['usageLocation', (user) => user.usageLocation],
  ['userPrincipalName', (user) => user.userPrincipalName],
  ['userType', (user) => user.userType],
  ...constant(NEVER_SET, null),
  ...constant(NEVER_FILLED, []),
]);

export const USER_SHAPE: EntityShape<User> = {
  typeName: 'microsoft.graph.user',
  properties: PROPERTIES,
  defaults: [
    'businessPhones',
    'displayName',
    'givenName',
    'jobTitle',
    'mail',
    'mobilePhone',
    'officeLocation',
    'preferredLanguage',
    'surname',
    'userPrincipalName',
    'id',
  ],
  notInCollections: new Set([
    'aboutMe',
    'birthday',
    'deviceEnrollmentLimit',
    'hireDate',
    'interests',
    'mailboxSettings',
    'mySite',
    'pastProjects',
    'preferredName',
    'print',
    'responsibilities',
    'schools',
    'skills',
  ]),
};

/** What `User.ReadBasic.All` shows. */
export const BASIC_USER_PROPERTIES: ReadonlySet<string> = new Set([
  'id',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
]);

/** Resolves `/users/{id or user principal name}` among users that are not deleted. */
export function findUser(
  tenant: Tenant,
  idByPrincipalName: ReadonlyMap<string, string>,
  idOrName: string,
): User | undefined {
  const id = tenant.users.has(idOrName) ? idOrName : idByPrincipalName.get(idOrName.toLowerCase());
  const user = id === undefined ? tenant.users.get(idOrName.toLowerCase()) : tenant.users.get(id);
  return user?.deletedDateTime === null ? user : undefined;
}

function identities({ userPrincipalName }: User): unknown {
  const issuer = userPrincipalName.split('@')[1] ?? null;
  return [{ signInType: 'userPrincipalName', issuer, issuerAssignedId: userPrincipalName }];
}

function licenceStates(user: User): unknown {
  return user.assignedLicenses.map(({ skuId, disabledPlans }) => ({
    skuId,
    assignedByGroup: null,
    state: 'Active',
    error: 'None',
    disabledPlans,
    lastUpdatedDateTime: user.createdDateTime,
  }));
}

/** Absent for a user who never signed in. */
function signInActivity(user: User): unknown {
  if (!user.signInActivity) return undefined;
  return { ...SHAPE_OF_SIGN_IN, ...user.signInActivity };
}
