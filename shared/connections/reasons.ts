// Why a connection fails, in words, and which of Entra's codes mean which reason. Pure.
import type { Explanation } from '../errors.ts';
import type { AuthFailedReason, ConnectionDoc } from './documents.ts';

type Words = Pick<Explanation, 'meaning' | 'whoActs' | 'whatToDo'>;

const words: Record<AuthFailedReason, Words> = {
  unknown: {
    meaning: 'The connection could not be completed, and Microsoft did not say why.',
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize. If it fails again, report the correlation id.',
  },
  no_mfa_prompt: {
    meaning: 'The account was not asked for multi-factor authentication by Entra when it signed in.',
    whoActs: 'msp',
    whatToDo:
      'Make Entra ask this account for MFA at every sign-in (a Conditional Access policy), then choose Reauthorize.',
  },
  not_in_admin_agents: {
    meaning: 'The account is not a member of the AdminAgents group of the partner tenant.',
    whoActs: 'msp',
    whatToDo: 'Add the account to AdminAgents, wait a few minutes, then choose Reauthorize.',
  },
  no_child_tenants: {
    meaning: 'The partner tenant has no customer relationships.',
    whoActs: 'msp',
    whatToDo:
      'Add customers in Partner Center, or sign in at the partner tenant that has them, then choose Reauthorize.',
  },
  insufficient_permissions: {
    meaning: 'The account is not a Global Administrator of the partner tenant.',
    whoActs: 'msp',
    whatToDo: 'Sign in with an account of the partner tenant that is a Global Administrator, not a guest.',
  },
  policy_blocks_application: {
    meaning: 'A policy of the partner tenant blocks the application.',
    whoActs: 'msp',
    whatToDo: 'Let an administrator approve Tenantry under Enterprise applications, then choose Reauthorize.',
  },
  missing_service_principal: {
    meaning: 'The application is not in the partner tenant: it was removed or never consented.',
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize with a Global Administrator and accept the permissions.',
  },
  refresh_token_expired: {
    meaning: 'The sign-in of the service account has expired.',
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize and sign in again.',
  },
  refresh_token_revoked: {
    meaning: 'The sign-in of the service account was revoked, for instance by a new password.',
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize and sign in again.',
  },
  client_secret_expired: {
    meaning: 'The secret or certificate of the partner app has expired or is wrong.',
    whoActs: 'tenantry',
    whatToDo: 'Whoever runs this deployment puts a new secret into its settings; nobody needs to sign in again.',
  },
  conditional_access_block: {
    meaning: 'Conditional Access of the partner tenant blocked the account.',
    whoActs: 'msp',
    whatToDo: 'Adjust the policy for this account, then choose Reauthorize.',
  },
  wrong_app: {
    meaning: 'Microsoft does not know the partner app, or it is set up for something else.',
    whoActs: 'tenantry',
    whatToDo: 'Whoever runs this deployment checks the client id and the app registration.',
  },
  wrong_tenant: {
    meaning: 'The account belongs to another tenant than this workspace.',
    whoActs: 'msp',
    whatToDo: 'Sign in with an account of the tenant that this workspace stands for.',
  },
  partner_tenant: {
    meaning: 'The tenant is a partner tenant, and those cannot be connected as a single tenant.',
    whoActs: 'msp',
    whatToDo: 'Connect it as Cloud Solution Provider (CSP) tenants, or choose another tenant.',
  },
  foreign_account: {
    meaning: 'The account that signed in is not one of the tenant itself: it is a guest there, or a partner.',
    whoActs: 'msp',
    whatToDo: 'Use a private window and sign in with a Global Administrator of the tenant itself.',
  },
  tenant_held: {
    meaning: 'Another connection of this workspace holds the tenant.',
    whoActs: 'msp',
    whatToDo: 'Leave the tenant to that connection, or remove that one first.',
  },
};

/** What differs where the app registration is the MSP's own. */
const ownAppWords: Partial<Record<AuthFailedReason, Words>> = {
  client_secret_expired: {
    meaning: 'The secret or certificate of your own app registration has expired or is wrong.',
    whoActs: 'msp',
    whatToDo:
      'Make a new one in Entra, then enter it under "App registration" of this connection; nobody needs to sign in again.',
  },
  wrong_app: {
    meaning: 'Microsoft does not know your app registration in this tenant, or it is set up for something else.',
    whoActs: 'msp',
    whatToDo:
      'Compare its application id, redirect address, account types and permissions with what "App registration" of this connection shows, then choose Reauthorize.',
  },
  missing_service_principal: {
    meaning: 'Your own app registration is not in the partner tenant: it was removed or never consented.',
    whoActs: 'msp',
    whatToDo: 'Choose Reauthorize with a Global Administrator and accept the permissions.',
  },
  wrong_tenant: {
    meaning: 'The account belongs to another tenant than the one that this connection was made for.',
    whoActs: 'msp',
    whatToDo: 'Sign in with an account of the tenant whose domain you entered.',
  },
};

/**
 * The words for a reason. `correlationId` is Microsoft's, where an error came from there.
 * @param app whose registration the connection uses: the words say who can mend it
 */
export function explainReason(
  reason: AuthFailedReason,
  correlationId?: string,
  app: ConnectionDoc['app']['kind'] = 'tenantry',
): Explanation {
  const said = (app === 'own' ? ownAppWords[reason] : undefined) ?? words[reason];
  return { code: reason, ...said, retryHelps: false, ...(correlationId ? { correlationId } : {}) };
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const reasonsByNumber: readonly (readonly [AuthFailedReason, readonly string[]])[] = [
  ['refresh_token_expired', ['700082', '70008', '70043', '700084']],
  ['refresh_token_revoked', ['50173', '70000', '50132', '50133', '50055', '50057', '50144']],
  [
    'client_secret_expired',
    ['7000222', '7000215', '700027', '700024', '1000502', '7000214', '7000274', '7000277', '7000218', '70002'],
  ],
  [
    'conditional_access_block',
    [
      '53003',
      '50131',
      '530032',
      '530034',
      '530035',
      '53000',
      '53001',
      '53002',
      '53004',
      '53011',
      '530003',
      '50097',
      '50129',
      '700003',
      '50158',
    ],
  ],
  ['no_mfa_prompt', ['50072', '50074', '50076', '50078', '50079', '500121', '900421']],
  ['policy_blocks_application', ['90094', '90095', '50105', '7000112', '70001', '1000031']],
  ['insufficient_permissions', ['90093']],
  ['missing_service_principal', ['65001', '7000229', '500011', '50001', '650052']],
  ['wrong_app', ['700016', '700011', '50011', '50194', '650057', '650056', '650054', '65005', '900971']],
  ['wrong_tenant', ['50020', '16000', '90072', '50034', '51004']],
];
const reasonByCode = new Map(
  reasonsByNumber.flatMap(([reason, codes]) => codes.map((code) => [code, reason] as const)),
);
const reasonByWord = new Map<string, AuthFailedReason>([
  ['wrong_tenant', 'wrong_tenant'],
  ['personal_account', 'wrong_tenant'],
  ['invalid_grant', 'refresh_token_revoked'],
  ['own_app_missing', 'wrong_app'],
  ['own_app_unreadable', 'client_secret_expired'],
]);

/** The reason that an error's code stands for: `AADSTS700082`, `invalid_grant`, `900421`; `unknown` for any other. */
export function reasonOf(code: string): AuthFailedReason {
  const number = /^(?:AADSTS)?(\d+)$/i.exec(code)?.[1] ?? '';
  return reasonByCode.get(number) ?? reasonByWord.get(code) ?? 'unknown';
}
