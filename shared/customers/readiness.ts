// Ready or not, and what stands in the way, in the order in which to mend it. states.md, "Readiness".
import type { RoleProfile } from '../access/documents.ts';
import type { ConsentDoc, ConsentStatus } from '../consent/documents.ts';
import { isStuck } from '../consent/status.ts';
import type { GdapDoc } from './documents.ts';
import { evaluateGdap, type GdapEvaluation, type GdapReason, type GdapStatus } from './gdap-status.ts';

/** Where a partner manages admin relationships: Partner Center, Customers. */
export const GDAP_CENTER_URL = 'https://partner.microsoft.com/dashboard/v2/customers/granularadminaccess/relationships';

/** What a person can do about a blocker; the pages turn it into a button or a link. */
export type NextAction =
  | 'none'
  | 'consent'
  | 'wait'
  | 'checkConsent'
  | 'seeError'
  | 'resendRequest'
  | 'requestGdap'
  | 'addRoles'
  | 'addToGroup'
  | 'renewGdap'
  | 'recheck';

export interface Blocker {
  code: string;
  meaning: string;
  whatToDo: string;
  action: NextAction;
}

export interface Readiness {
  ready: boolean;
  gdap: GdapEvaluation;
  consent: ConsentStatus;
  blockers: readonly Blocker[];
}

const gdapBlockers: Partial<Record<GdapStatus, Omit<Blocker, 'code'>>> = {
  Error: {
    meaning: 'Microsoft did not let the admin relationship be read.',
    whatToDo: 'Open the details to see the error, mend it, then refresh.',
    action: 'seeError',
  },
  Unknown: {
    meaning: 'The admin relationship has not been read yet, or not for three days.',
    whatToDo: 'Refresh to read it now; if that fails, check the connection.',
    action: 'recheck',
  },
  Expired: {
    meaning: 'A role that Tenantry needs was only in an admin relationship that has ended.',
    whatToDo: 'Request a new relationship: an ended one cannot be revived.',
    action: 'renewGdap',
  },
  Pending: {
    meaning: 'The admin relationship was requested and the customer has not approved it.',
    whatToDo: 'Send the approval link to the customer again: a request ends after 90 days.',
    action: 'resendRequest',
  },
  Missing: {
    meaning: 'There is no admin relationship with this customer.',
    whatToDo: 'Request one and send the approval link to the customer, unless your distributor makes it for you.',
    action: 'requestGdap',
  },
  MissingRoles: {
    meaning: 'The admin relationship does not include every role that Tenantry needs.',
    whatToDo: 'Request a further relationship with the missing roles.',
    action: 'addRoles',
  },
  MissingSecurityGroup: {
    meaning: 'The relationship has the roles, but the service account does not get them through a security group.',
    whatToDo: 'Assign a security group that the service account is in to the roles.',
    action: 'addToGroup',
  },
};

/** What differs while a request is with somebody other than the customer. */
const pendingBlockers: Partial<Record<GdapReason, Omit<Blocker, 'code'>>> = {
  notSent: {
    meaning: 'An admin relationship was prepared, and the customer has not been asked to approve it.',
    whatToDo: 'Finish it in Partner Center, or request one here, and send the approval link to the customer.',
    action: 'requestGdap',
  },
  activating: {
    meaning: 'The customer has approved the admin relationship, and Microsoft is activating it.',
    whatToDo: 'Wait a few minutes, then refresh.',
    action: 'recheck',
  },
};

function gdapBlocker({ status, reason }: GdapEvaluation): Blocker | undefined {
  const words = (status === 'Pending' && reason ? pendingBlockers[reason] : undefined) ?? gdapBlockers[status];
  return words && { code: `gdap_${status}`, ...words };
}

const consentBlockers: Record<Exclude<ConsentStatus, 'Granted'>, Omit<Blocker, 'code'>> = {
  NotRequested: {
    meaning: 'The customer has not consented yet.',
    whatToDo: 'Send the customer a consent link, or consent with your own account through GDAP.',
    action: 'consent',
  },
  InProgress: {
    meaning: 'Somebody is at Microsoft to consent.',
    whatToDo: 'Wait for them to come back, or send a new link.',
    action: 'consent',
  },
  ConsentPending: {
    meaning: 'Consent was given; Microsoft is still passing it on.',
    whatToDo: 'Wait: this takes minutes at most. After 15 minutes check again.',
    action: 'wait',
  },
  GrantingApplicationRoles: {
    meaning: 'Microsoft is granting the application its roles.',
    whatToDo: 'Wait up to 30 minutes.',
    action: 'wait',
  },
  ConsentFailure: {
    meaning: 'Consent was tried and Microsoft answered with an error.',
    whatToDo: 'See the error; Tenantry tries again by itself.',
    action: 'seeError',
  },
  Revoked: {
    meaning: 'The customer has removed or disabled the application.',
    whatToDo: 'Ask the customer to consent again.',
    action: 'consent',
  },
  UpgradeNeeded: {
    meaning: 'Tenantry asks for more than this customer consented to.',
    whatToDo: 'Send the customer a new consent link.',
    action: 'consent',
  },
};

/** Where Microsoft takes longer than it should: waiting alone may never end it. */
const stuckBlockers: Partial<Record<ConsentStatus, Omit<Blocker, 'code'>>> = {
  ConsentPending: {
    meaning: 'Consent was given more than 15 minutes ago, and Microsoft has still not confirmed it.',
    whatToDo: 'Check it again. If that changes nothing, have the customer open the consent link once more.',
    action: 'checkConsent',
  },
  GrantingApplicationRoles: {
    meaning: 'Microsoft has been granting the application its roles for more than 45 minutes.',
    whatToDo:
      'Check it again. If that changes nothing, have the customer open the consent link once more and accept everything.',
    action: 'checkConsent',
  },
};

const triedNoMore = 'See the error and mend it, then send a new consent link.';

function consentBlocker(consent: ConsentDoc | undefined, nowMs: number): Blocker | undefined {
  const status = consent?.status ?? 'NotRequested';
  if (status === 'Granted') return undefined;
  const code = `consent_${status}`;
  const stuck = consent && isStuck(consent, nowMs) ? stuckBlockers[status] : undefined;
  if (stuck) return { code, ...stuck };
  const words = consentBlockers[status];
  const isOver = status === 'ConsentFailure' && consent?.nextAttemptAt === null;
  return { code, ...words, ...(isOver ? { whatToDo: triedNoMore } : {}) };
}

/** Whether a status lets a customer be ready: Active, Expiring, or a single tenant that needs no GDAP. */
export function gdapIsUsable(status: GdapStatus): boolean {
  return status === 'Active' || status === 'Expiring' || status === 'NotApplicable';
}

/**
 * Ready when GDAP is Active, Expiring or does not apply, consent is Granted, and evidence says that this workspace may
 * read the tenant. Otherwise the blockers, GDAP first: without it consent through GDAP cannot work.
 */
export function readinessOf(facts: {
  gdap: GdapDoc | undefined;
  consent: ConsentDoc | undefined;
  profile: RoleProfile;
  nowMs: number;
  thresholdDays: number;
}): Readiness {
  const gdap = evaluateGdap(facts.gdap, facts.profile, facts);
  const consent = facts.consent?.status ?? 'NotRequested';
  const blockers: Blocker[] = [];
  const unusable = gdapIsUsable(gdap.status) ? undefined : gdapBlocker(gdap);
  if (unusable) blockers.push(unusable);
  const missing = consentBlocker(facts.consent, facts.nowMs);
  if (missing) blockers.push(missing);
  else if (!facts.consent?.evidence) {
    blockers.push({
      code: 'evidence_missing',
      meaning: 'Nothing proves that this workspace may read the tenant.',
      whatToDo: 'Ask an administrator of the customer to open a new consent link.',
      action: 'consent',
    });
  }
  return { ready: blockers.length === 0, gdap, consent, blockers };
}
