// Why a customer cannot be consented automatically, or no longer, in the words of every error.
import type { Explanation } from '../../errors.ts';

type Words = Omit<Explanation, 'code'>;

const byMsp = (meaning: string, whatToDo: string): Words => ({ meaning, whoActs: 'msp', whatToDo, retryHelps: false });

const words = {
  automatic_gdap: byMsp(
    'The service account has no admin relationship with this customer that it can use.',
    "Mend GDAP on the customer's page; consent that had begun goes on by itself then.",
  ),
  automatic_roles: byMsp(
    'The service account lacks Privileged Role Administrator, or Application Administrator (or Cloud Application Administrator), in this customer.',
    'Request a relationship with both or assign their security group, then start again; or send a consent link.',
  ),
  automatic_connection: byMsp(
    'The connection to the partner tenant does not work at present.',
    'Reauthorize the connection; consent goes on by itself then.',
  ),
  automatic_single: byMsp(
    'Automatic consent works through an admin relationship, which a single tenant does not have.',
    'Consent with an administrator of the tenant.',
  ),
  automatic_own_tenant: byMsp(
    'Partner Center cannot consent for the tenant of the partner itself.',
    'Consent with an administrator of your own tenant.',
  ),
  automatic_own_app: byMsp(
    'This customer belongs to a connection with its own app registration, for which automatic consent is not available yet.',
    'Send a consent link, or consent with your own account through GDAP.',
  ),
  automatic_granted: byMsp('This customer has granted everything already.', 'Nothing is to be done.'),
  automatic_under_way: byMsp('Consent of this customer is under way already.', 'Wait for it; the page follows it.'),
  automatic_excluded: byMsp(
    'This customer is set not to be consented.',
    "Change how it consents on the customer's page first.",
  ),
  automatic_gone: byMsp(
    'Microsoft no longer lists this tenant among your customers.',
    'Check the relationship in Partner Center, then refresh.',
  ),
  automatic_app_disabled: {
    meaning: 'An administrator of this tenant has switched the app off.',
    whoActs: 'customer',
    whatToDo:
      'In the Microsoft Entra admin centre of the customer, open Enterprise applications, choose the app and set "Enabled for users to sign in" to Yes. Then start again.',
    retryHelps: false,
  },
  automatic_not_passed_on: {
    meaning: 'Microsoft has not passed on in the customer tenant what Partner Center granted.',
    whoActs: 'microsoft',
    whatToDo: 'Nothing: it is granted anew. If it stays, consent by link.',
    retryHelps: true,
  },
  automatic_unread: {
    meaning: 'The admin relationship could not be read just now, and without it nothing is granted.',
    whoActs: 'microsoft',
    whatToDo: 'Nothing: we try again.',
    retryHelps: true,
  },
} as const satisfies Record<string, Words>;

export type AutomaticRefusal = keyof typeof words;

/** All of them, for Help. */
export const automaticRefusals: readonly Explanation[] = Object.entries(words).map(([code, said]) => ({
  code,
  ...said,
}));

export function explainRefusal(code: AutomaticRefusal): Explanation {
  return { code, ...words[code] };
}
