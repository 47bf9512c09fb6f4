// The OAuth error words of redirects and token answers, for when no number says more.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-codes-for-authorization-endpoint-errors
import type { CatalogueLine } from './catalogue-entry.ts';

export const entraProtocolErrors: readonly CatalogueLine[] = [
  {
    codes: ['access_denied', 'permission_denied'],
    kind: 'consent',
    whoActs: 'customer',
    meaning:
      "The permissions were not granted: somebody cancelled or declined on Microsoft's page, or may not consent.",
    whatToDo: 'Open the link again with an administrator of the tenant and choose Accept.',
    retryHelps: true,
  },
  {
    codes: ['consent_required'],
    kind: 'consent',
    whoActs: 'customer',
    meaning: 'The permissions have not been granted in this tenant.',
    whatToDo: 'Open the consent link with an administrator of the tenant and choose Accept.',
    retryHelps: true,
  },
  {
    codes: ['login_required', 'interaction_required', 'invalid_grant'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Microsoft wants the account to sign in again.',
    whatToDo: 'Sign in again. A connection is mended by Reauthorize.',
  },
  {
    codes: ['server_error', 'temporarily_unavailable'],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: "Microsoft's sign-in service has a passing problem.",
    whatToDo: 'Try again in a few minutes.',
  },
  {
    codes: ['invalid_client', 'unauthorized_client'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'Microsoft does not accept how the app proves who it is.',
    whatToDo: 'The operator of this deployment checks the app registration and its secret or certificate.',
  },
  {
    codes: [
      'invalid_request',
      'invalid_scope',
      'invalid_resource',
      'unsupported_response_type',
      'unsupported_grant_type',
    ],
    kind: 'other',
    whoActs: 'tenantry',
    meaning: 'Microsoft could not use our request.',
    whatToDo: 'Start again from our page. If it happens again, report it with the correlation id.',
  },
];
