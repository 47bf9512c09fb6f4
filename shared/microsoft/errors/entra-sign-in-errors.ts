// Entra's errors about people who sign in: accounts, multi-factor authentication, policies and expired sign-ins.
// Numbers: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
import type { CatalogueLine } from './catalogue-entry.ts';

const accounts: readonly CatalogueLine[] = [
  {
    codes: ['50020'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: 'The account is not admitted to this tenant.',
    whatToDo:
      'Check that the account is in the security group of the GDAP relationship, and that it is not a guest in the customer tenant: delete the guest user there if it is.',
  },
  {
    codes: ['16000', '90072', '51004'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The account that is signed in does not belong to this tenant.',
    whatToDo: 'Sign out of Microsoft, or use a private window, and sign in with an account of the tenant.',
  },
  {
    codes: ['50034'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'There is no such account in this tenant.',
    whatToDo: 'Check the user name and the tenant, and sign in again.',
  },
  {
    codes: ['50053'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The account is locked, or the sign-in came from an address that Microsoft takes for malicious.',
    whatToDo: "Wait and sign in again. If it stays, look at the account's sign-in log in the Entra admin centre.",
  },
  {
    codes: ['50055', '50056', '50057', '50144'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The account cannot sign in: its password has expired or was never set, or the account is disabled.',
    whatToDo: 'Mend the account in the Entra admin centre, then sign in again.',
  },
  {
    codes: ['50126'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The user name or the password is wrong.',
    whatToDo: 'Sign in again.',
    retryHelps: true,
  },
  {
    codes: ['50058', '50197'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Microsoft does not know which account is meant.',
    whatToDo: 'Sign in again and choose the account.',
    retryHelps: true,
  },
];

const multiFactor: readonly CatalogueLine[] = [
  {
    codes: ['50072', '50074', '50076', '50078', '500121', '900421'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Microsoft asks for multi-factor authentication that this sign-in does not have.',
    whatToDo: 'Sign in again and complete the second factor.',
  },
  {
    codes: ['50079'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The account must register for multi-factor authentication first.',
    whatToDo: 'Register a second factor at https://aka.ms/mfasetup with this account, then sign in again.',
  },
  {
    codes: ['50158'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Another provider of multi-factor authentication has not been satisfied.',
    whatToDo: "Sign in again and complete that provider's challenge.",
  },
  {
    codes: ['50177', '50178'],
    kind: 'permission',
    whoActs: 'customer',
    meaning: "The customer's policy asks for a challenge that a partner's account cannot answer.",
    whatToDo: 'Ask the customer to exclude service provider users from that Conditional Access policy.',
  },
];

const policies: readonly CatalogueLine[] = [
  {
    codes: ['50097', '50129', '53000', '53001', '53002', '530003', '700003'],
    kind: 'permission',
    whoActs: 'customer',
    meaning: 'A policy of the tenant admits only devices that it manages or knows.',
    whatToDo:
      'Sign in from such a device, or have an administrator exclude service provider users from that Conditional Access policy.',
  },
  {
    codes: ['50131', '53003', '530032'],
    kind: 'permission',
    whoActs: 'customer',
    meaning: 'A Conditional Access policy of the tenant blocks this sign-in.',
    whatToDo:
      'Have an administrator of the tenant look up the sign-in in the sign-in log, and exclude service provider users or this app from the policy that is named there.',
  },
  {
    codes: ['53004', '53011'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: 'Microsoft blocks this account because it takes it for at risk.',
    whatToDo: 'Look at the risky users in the Entra admin centre of the tenant that the account belongs to.',
  },
  {
    codes: ['530034'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: "Microsoft blocks this partner account because of risk seen in the partner's own tenant.",
    whatToDo: 'Look at the risky users in the Entra admin centre of your own tenant and mend what it names.',
  },
  {
    codes: ['530035'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: "The tenant's security defaults block this sign-in.",
    whatToDo: 'Sign in again with multi-factor authentication.',
  },
];

const expired: readonly CatalogueLine[] = [
  {
    codes: ['50173', '50132', '50133'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The sign-in that we kept was revoked, for example because the password was reset.',
    whatToDo: 'Reauthorize the connection: sign in again with the same account.',
  },
  {
    codes: ['700082'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The sign-in that we kept has expired because it was not used for too long.',
    whatToDo: 'Reauthorize the connection: sign in again with the same account.',
  },
  {
    codes: ['70000', '70008', '700084', '70043'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The sign-in that we kept, or the code that Microsoft gave us, is no longer good.',
    whatToDo: 'Sign in again. A connection is mended by Reauthorize.',
  },
  {
    codes: ['54005'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The code of this sign-in was used already, for example because the page was reloaded.',
    whatToDo: 'Start again from our page.',
    retryHelps: true,
  },
];

export const entraSignInErrors = [...accounts, ...multiFactor, ...policies, ...expired];
