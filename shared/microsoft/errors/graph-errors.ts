// Graph's error codes in our words. https://learn.microsoft.com/graph/errors
import type { CatalogueLine } from './catalogue-entry.ts';

const denied: readonly CatalogueLine[] = [
  {
    codes: [
      'Authorization_RequestDenied',
      'Authentication_MSGraphPermissionMissing',
      'accessDenied',
      'ErrorAccessDenied',
      'Forbidden',
      'AccessDenied',
    ],
    kind: 'permission',
    whoActs: 'customer',
    meaning: 'A permission or a role that this needs has not been granted.',
    whatToDo:
      'Consent again, so that all permissions of the current set are granted; for GDAP, check the roles of the group.',
  },
  {
    codes: ['RequestFromUnsupportedUserRole'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: 'The account lacks the directory role that this needs.',
    whatToDo: 'Add the role to the GDAP relationship and to the group of the account.',
  },
  {
    // Found by its sentence, "User was not found": the code beside it says less.
    codes: ['userNotFound'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: "The customer's tenant does not know the account: the admin relationship was dissolved or has run out.",
    whatToDo: "Check the customer's admin relationship again, and request a new one where it has ended.",
  },
  {
    codes: ['insufficient_claims'],
    kind: 'permission',
    whoActs: 'customer',
    meaning: 'A Conditional Access policy of the tenant asks for more than this sign-in has.',
    whatToDo: 'Sign in again; if it stays, have the customer exclude service provider users from that policy.',
  },
  {
    codes: ['Authorization_IdentityNotFound', 'Authorization_IdentityDisabled'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'The app is not in this tenant any more, or is switched off there.',
    whatToDo: 'Send the customer a new consent link, or consent through GDAP.',
  },
  {
    codes: ['InvalidAuthenticationToken', 'AuthenticationError', 'Unauthorized', 'unauthenticated'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'Graph does not accept our token, although it is fresh.',
    whatToDo: 'Check again in some minutes. If it stays, report it with the correlation id.',
    retryHelps: true,
  },
  {
    codes: ['TokenCreatedWithOutdatedPolicies', 'TokenIssuedBeforeRevocationTimestamp'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The sign-in that we kept was revoked or no longer meets the policies of the tenant.',
    whatToDo: 'Reauthorize the connection: sign in again with the same account.',
  },
];

const unavailable: readonly CatalogueLine[] = [
  {
    codes: ['Authentication_RequestFromNonPremiumTenantOrB2CTenant'],
    kind: 'unlicensed',
    whoActs: 'customer',
    meaning: 'Microsoft gives this only to tenants with Entra ID P1 or P2.',
    whatToDo: 'Nothing, if you can do without. Otherwise license the tenant for Entra ID P1.',
  },
  {
    codes: ['notLicensed'],
    kind: 'unlicensed',
    whoActs: 'customer',
    meaning: 'The tenant has no licence for the service that this comes from.',
    whatToDo: 'Nothing, if you can do without. Otherwise license the tenant for that service.',
  },
  {
    codes: ['syncStateNotFound', 'syncStateInvalid', 'resyncRequired', 'deltaReset'],
    kind: 'reset',
    whoActs: 'microsoft',
    meaning: 'Microsoft no longer keeps the place up to which we had read the changes.',
    whatToDo: 'Nothing: we read everything once more.',
  },
  {
    codes: ['Request_ResourceNotFound', 'ResourceNotFound', 'itemNotFound', 'NotFound', 'Directory_ObjectNotFound'],
    kind: 'notFound',
    whoActs: 'msp',
    meaning: 'Microsoft does not know what was asked for: it was deleted, or belongs to another tenant.',
    whatToDo: 'Refresh the customers, and check that this one still exists.',
  },
];

const busy: readonly CatalogueLine[] = [
  {
    codes: ['TooManyRequests', 'activityLimitReached', 'Request_ThrottledTemporarily', 'ApplicationThrottled'],
    kind: 'throttled',
    whoActs: 'microsoft',
    meaning: 'Graph has had more requests than it takes at once.',
    whatToDo: 'Nothing: we wait as long as Microsoft says and try again.',
  },
  {
    codes: [
      'Directory_ConcurrencyViolation',
      'serviceNotAvailable',
      'ServiceUnavailable',
      'generalException',
      'InternalServerError',
      'UnknownError',
      'BadGateway',
      'GatewayTimeout',
    ],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: 'Graph has a passing problem.',
    whatToDo: 'Nothing: we try again. Microsoft tells of longer outages on its service health page.',
  },
];

const ours: readonly CatalogueLine[] = [
  {
    codes: ['Request_BadRequest', 'BadRequest', 'Request_UnsupportedQuery', 'invalidRequest', 'NotImplemented'],
    kind: 'other',
    whoActs: 'tenantry',
    meaning: 'Graph could not use our request.',
    whatToDo: 'Report it with the correlation id.',
  },
];

export const graphErrors = [...denied, ...unavailable, ...busy, ...ours];
