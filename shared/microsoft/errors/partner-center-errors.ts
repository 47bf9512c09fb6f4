// Partner Center's error codes in our words.
// https://learn.microsoft.com/partner-center/developer/error-codes
import type { CatalogueLine } from './catalogue-entry.ts';

export const partnerCenterErrors: readonly CatalogueLine[] = [
  {
    codes: ['900421'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Partner Center refuses because the account signed in without multi-factor authentication.',
    whatToDo:
      'Require multi-factor authentication for this account, then Reauthorize in a private window and complete the second factor.',
  },
  {
    codes: ['partner_center_unauthorized'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'Partner Center does not accept the sign-in that we keep.',
    whatToDo: 'Reauthorize the connection with an account of the partner tenant.',
  },
  {
    codes: ['partner_center_forbidden'],
    kind: 'permission',
    whoActs: 'msp',
    meaning: 'Partner Center does not give this to the account. Indirect resellers have no access to some of it.',
    whatToDo: 'Check that the account is in the AdminAgents group. For an indirect reseller nothing need be done.',
  },
  {
    codes: ['partner_center_not_found'],
    kind: 'notFound',
    whoActs: 'msp',
    meaning: 'Partner Center does not know this customer, or the relationship with it has ended.',
    whatToDo: 'Check in Partner Center that the customer is still yours.',
  },
  {
    codes: ['mfa_unknown'],
    kind: 'other',
    whoActs: 'microsoft',
    meaning: 'Partner Center answered without saying whether the sign-in had multi-factor authentication.',
    whatToDo: 'Check again in some minutes.',
    retryHelps: true,
  },
];
