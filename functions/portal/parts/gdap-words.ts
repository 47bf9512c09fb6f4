// GDAP in words: what a role lacks, and a relationship's status as we and as Partner Center call it.
import type { RelationshipReport, RoleReport } from '../../../shared/customers/gdap-report.ts';
import { GDAP_CENTER_URL } from '../../../shared/customers/readiness.ts';
import type { StatusWords } from './words.ts';

export const partnerCenterUrl = GDAP_CENTER_URL;

/** A relationship beside Partner Center's own word for it, so that a person with both windows open finds it there. */
export const relationshipWords: Record<RelationshipReport['status'], StatusWords & { partnerCenter: string }> = {
  created: { word: 'Being prepared', tone: 'notStarted', partnerCenter: 'Created' },
  approvalPending: { word: 'Waits for the customer', tone: 'soon', partnerCenter: 'Approval pending' },
  approved: { word: 'Approved', tone: 'working', partnerCenter: 'Approved' },
  activating: { word: 'Activating', tone: 'working', partnerCenter: 'Activating' },
  active: { word: 'Active', tone: 'done', partnerCenter: 'Active' },
  expiring: { word: 'Ended', tone: 'needsPerson', partnerCenter: 'Expiring' },
  expired: { word: 'Ended', tone: 'needsPerson', partnerCenter: 'Expired' },
  terminationRequested: { word: 'Ending', tone: 'needsPerson', partnerCenter: 'Termination requested' },
  terminating: { word: 'Ending', tone: 'needsPerson', partnerCenter: 'Terminating' },
  terminated: { word: 'Ended by one of the two sides', tone: 'needsPerson', partnerCenter: 'Terminated' },
  unknownFutureValue: { word: 'Not known here', tone: 'soon', partnerCenter: 'a status that is new' },
};

/** One that never was active is no loss: grey, in its own words. */
export function wordsOf({ status, phase }: RelationshipReport): StatusWords & { partnerCenter: string } {
  const words = relationshipWords[status];
  if (phase === 'neverMade') return { ...words, word: 'Ended without approval', tone: 'notStarted' };
  return phase === 'ended' && status === 'active' ? { ...words, word: 'Ended', tone: 'needsPerson' } : words;
}

const states: Record<RoleReport['state'], StatusWords> = {
  covered: { word: 'Works', tone: 'done' },
  ended: { word: 'Ended', tone: 'needsPerson' },
  unusable: { word: 'Not usable', tone: 'needsPerson' },
  absent: { word: 'Missing', tone: 'needsPerson' },
};

/** A required role's state, and what it lacks in a sentence. */
export function roleWords({ state, reason }: RoleReport): StatusWords & { why: string } {
  return { ...states[state], why: why(state, reason) };
}

function why(state: RoleReport['state'], reason: RoleReport['reason']): string {
  if (state === 'covered') return '';
  if (state === 'absent') return 'No admin relationship includes it.';
  if (state === 'ended')
    return reason === 'terminated'
      ? 'The relationship that included it was ended by one of the two sides.'
      : 'The relationship that included it has run out.';
  if (reason === 'noGroup') return 'A relationship includes it, but no security group is assigned to it.';
  if (reason === 'groupLacksRole') return 'A security group is assigned, but not to this role.';
  return 'A security group holds it, but the service account is not in that group, or the group was deleted.';
}

const assignmentStates: Readonly<Record<string, string>> = {
  active: '',
  pending: ' (being assigned)',
  deleting: ' (being removed)',
  error: ' (Microsoft could not assign it)',
};
/** What to add to an assigned group. */
export function assignmentWords(status: string): string {
  return assignmentStates[status] ?? ` (${status})`;
}
