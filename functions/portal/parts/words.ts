// The words of states and times that pages share.

import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/clock.ts';
import type { ConnectionDoc } from '../../../shared/connections/documents.ts';
import type { ConsentStatus } from '../../../shared/consent/documents.ts';
import type { ContactState } from '../../../shared/contacts/contact.ts';
import type { GdapReason, GdapStatus } from '../../../shared/customers/gdap-status.ts';
import type { Tone } from '../../../shared/customers/screen-status.ts';
import type { Standing, SyncRowDoc } from '../../../shared/sync/documents.ts';

export interface StatusWords {
  word: string;
  tone: Tone;
}

export const gdapWords: Record<GdapStatus, StatusWords> = {
  NotApplicable: { word: '–', tone: 'notStarted' },
  Error: { word: 'Error', tone: 'needsPerson' },
  Unknown: { word: 'Unknown', tone: 'soon' },
  Expired: { word: 'Expired', tone: 'needsPerson' },
  Pending: { word: 'Pending', tone: 'soon' },
  Missing: { word: 'Missing', tone: 'needsPerson' },
  MissingRoles: { word: 'Missing roles', tone: 'needsPerson' },
  MissingSecurityGroup: { word: 'Missing security group', tone: 'needsPerson' },
  Expiring: { word: 'Expiring', tone: 'soon' },
  Active: { word: 'Active', tone: 'done' },
};

/** What a sub-reason adds, as a short note under the status. */
export const gdapReasonWords: Record<GdapReason, string> = {
  notReadLately: 'not read for three days',
  neverRequested: 'there never was one',
  notSent: 'prepared, not sent to the customer',
  notApproved: 'waits for the customer',
  activating: 'approved, being activated',
  terminated: 'ended by one of the two sides',
  ended: 'past its end date',
  noGroup: 'no security group is assigned',
  groupLacksRole: 'the assigned group lacks a role',
  notMember: 'the service account is not in the group',
};

export const consentWords: Record<ConsentStatus, StatusWords> = {
  NotRequested: { word: 'Not requested', tone: 'notStarted' },
  InProgress: { word: 'At Microsoft', tone: 'working' },
  ConsentPending: { word: 'Pending', tone: 'soon' },
  GrantingApplicationRoles: { word: 'Granting roles', tone: 'soon' },
  Granted: { word: 'Granted', tone: 'done' },
  ConsentFailure: { word: 'Failed', tone: 'needsPerson' },
  Revoked: { word: 'Revoked', tone: 'needsPerson' },
  UpgradeNeeded: { word: 'Upgrade needed', tone: 'soon' },
};

export const syncWords: Record<SyncRowDoc['status'], StatusWords> = {
  Pending: { word: 'Pending', tone: 'soon' },
  Syncing: { word: 'Syncing', tone: 'working' },
  Success: { word: 'Success', tone: 'done' },
  AuthError: { word: 'Auth error', tone: 'needsPerson' },
  Paused: { word: 'Paused', tone: 'notStarted' },
};

/** Where a user stands with the licences that they hold. */
export const standingWords: Record<Standing, StatusWords> = {
  unlicensed: { word: 'No licence', tone: 'notStarted' },
  active: { word: 'Licensed', tone: 'done' },
  disabled: { word: 'Disabled', tone: 'needsPerson' },
  inactive: { word: 'Not signing in', tone: 'soon' },
};

/** Whether syncs keep a contact current. */
export const contactWords: Record<ContactState, StatusWords> = {
  synced: { word: 'Synced', tone: 'done' },
  paused: { word: 'Paused', tone: 'soon' },
  ended: { word: 'No longer synced', tone: 'notStarted' },
};

export const connectionWords: Record<ConnectionDoc['state'], StatusWords> = {
  NotConnected: { word: 'Not connected', tone: 'notStarted' },
  Authorizing: { word: 'Signing in', tone: 'working' },
  AuthPending: { word: 'Auth pending', tone: 'soon' },
  Connected: { word: 'Connected', tone: 'done' },
  AuthFailed: { word: 'Auth failed', tone: 'needsPerson' },
  ReauthRequired: { word: 'Sign-in needed', tone: 'needsPerson' },
  Error: { word: 'Error', tone: 'needsPerson' },
  Removing: { word: 'Removing', tone: 'working' },
};

const kinds: Record<ConnectionDoc['kind'], string> = {
  microsoft_csp: 'Cloud Solution Provider (CSP)',
  microsoft_single: 'Single tenant',
};
export const kindWords = (kind: ConnectionDoc['kind']): string => kinds[kind];

/** `4 min ago`, `in 5 days`; `never` for null. Whole units, the largest that fits. */
export function ago(iso: string | null | undefined, nowMs: number): string {
  if (!iso) return 'never';
  const distanceMs = nowMs - Date.parse(iso);
  const span = spanWords(Math.abs(distanceMs));
  if (span === '') return 'just now';
  return distanceMs >= 0 ? `${span} ago` : `in ${span}`;
}

function spanWords(ms: number): string {
  if (ms < MINUTE_MS) return '';
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} days`;
}

const wholeNumber = new Intl.NumberFormat('en-GB');
/** With thousands separated. */
export const count = (value: number): string => wholeNumber.format(value);

/** `1 customer`, `12 customers`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A date and time for people, in UTC. */
export function dateTime(iso: string): string {
  return `${new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

/** A date for people, in UTC. */
export function day(iso: string): string {
  return new Date(iso).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
}

const subscriptionStates: Readonly<Record<string, StatusWords>> = {
  Enabled: { word: 'Enabled', tone: 'done' },
  Warning: { word: 'Warning', tone: 'soon' },
  Suspended: { word: 'Suspended', tone: 'needsPerson' },
  LockedOut: { word: 'Locked out', tone: 'needsPerson' },
  Deleted: { word: 'Deleted', tone: 'notStarted' },
};
/** Microsoft's word for a subscription. https://learn.microsoft.com/graph/api/resources/companysubscription */
export function subscriptionWords(status: string): StatusWords {
  return subscriptionStates[status] ?? { word: status, tone: 'notStarted' };
}
