// The next action beside a status: a button or a link, from the action that the rules name.

import type { NextAction } from '../../../shared/customers/readiness.ts';
import { CsrfField } from './layout.tsx';

const words: Record<Exclude<NextAction, 'none'>, string> = {
  consent: 'Consent',
  wait: 'Details',
  checkConsent: 'Check again',
  seeError: 'See error',
  resendRequest: 'Resend request',
  requestGdap: 'Request GDAP',
  addRoles: 'Add roles',
  addToGroup: 'Assign group',
  renewGdap: 'Renew',
  recheck: 'Refresh',
};

/** Actions that the GDAP card of the customer's page offers. */
const onGdapCard = new Set<NextAction>(['resendRequest', 'requestGdap', 'addRoles', 'addToGroup', 'renewGdap']);

export interface ActionTarget {
  action: NextAction;
  tenantId: string;
  connectionId: string;
  customerName: string;
  csrfToken: string;
  /** A Reader sees where to look, not what only an Admin may press. */
  mayChange: boolean;
  /** On the customer's own page, where a link to it would lead nowhere. */
  here?: boolean;
}

/** One button or link, or nothing where nothing is to be done. */
export function NextStep({ action, tenantId, connectionId, customerName, csrfToken, mayChange, here }: ActionTarget) {
  // The customer's own page has the button beside what Microsoft answered.
  if (action === 'none' || (here && action === 'checkConsent')) return null;
  const label = words[action];
  const forWhom = <span class="visually-hidden"> for {customerName}</span>;
  if (onGdapCard.has(action)) {
    return (
      <a href={here ? '#gdap' : `/customers/${tenantId}#gdap`}>
        {label}
        {forWhom}
      </a>
    );
  }
  if (mayChange && action === 'consent') {
    return (
      <form class="inline" method="post" action={`/customers/${tenantId}/consent-links`}>
        <CsrfField token={csrfToken} />
        <button type="submit">
          {label}
          {forWhom}
        </button>
      </form>
    );
  }
  if (action === 'recheck' || action === 'checkConsent') {
    const path = action === 'recheck' ? `/connections/${connectionId}/refresh` : `/customers/${tenantId}/consent/check`;
    return (
      <form class="inline" method="post" action={path}>
        <CsrfField token={csrfToken} />
        <button type="submit">
          {label}
          {forWhom}
        </button>
      </form>
    );
  }
  if (here) return null;
  return (
    <a href={`/customers/${tenantId}`}>
      {action === 'consent' ? 'Details' : label}
      {forWhom}
    </a>
  );
}
