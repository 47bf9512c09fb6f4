// What each cause of lost access means, who must act and what to do: the words of pages, API and events.
import type { Explanation } from '../errors.ts';
import type { LossCause } from './kinds.ts';

const words: Record<LossCause, Pick<Explanation, 'meaning' | 'whoActs' | 'whatToDo'>> = {
  relationshipEnded: {
    meaning: 'The admin relationship (GDAP) with this customer has ended, or no longer names it.',
    whoActs: 'msp',
    whatToDo: 'Request a new relationship and send its approval link to the customer. What was read stays until then.',
  },
  relationshipChanged: {
    meaning: 'The admin relationship stands, but a required role no longer reaches the service account.',
    whoActs: 'msp',
    whatToDo: 'See on the GDAP card which role or security group is missing, and put it back.',
  },
  appRemoved: {
    meaning: 'Tenantry was removed or switched off in the customer’s tenant.',
    whoActs: 'customer',
    whatToDo: 'Ask the customer whether that was meant; if not, send a new consent link.',
  },
  permissionsMissing: {
    meaning: 'Tenantry is in the customer’s tenant, but no longer with all the permissions that it needs.',
    whoActs: 'customer',
    whatToDo: 'Send the customer a new consent link, and have everything on it accepted.',
  },
  tokenDead: {
    meaning: 'Microsoft no longer takes the sign-in or the secret that this customer is reached with.',
    whoActs: 'msp',
    whatToDo: 'Reauthorize the connection. Where a secret has expired, whoever runs this deployment replaces it.',
  },
  licenceMissing: {
    meaning: 'The tenant no longer has the licence that this data comes with. Everything else is read as before.',
    whoActs: 'customer',
    whatToDo: 'Nothing, if you can do without it. Otherwise license the tenant again, for sign-ins with Entra ID P1.',
  },
};

/** Stable code `access_lost_{cause}`. */
export function explainLoss(cause: LossCause): Explanation {
  return { code: `access_lost_${cause}`, ...words[cause], retryHelps: false };
}
