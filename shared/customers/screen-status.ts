// The one status that a list shows for a customer, out of GDAP, consent and readiness. states.md, "One screen status".
import type { NextAction, Readiness } from './readiness.ts';

export const screenStatuses = [
  'Error',
  'Unknown',
  'Expired',
  'Pending',
  'Missing',
  'MissingRoles',
  'MissingSecurityGroup',
  'ConsentFailure',
  'ConsentPending',
  'GrantingApplicationRoles',
  'NotRequested',
  'Expiring',
  'Active',
] as const;
export type ScreenStatus = (typeof screenStatuses)[number];

/** Green done, blue working, amber soon or waiting, red needs a person, grey not started: portal.md. */
export type Tone = 'done' | 'working' | 'soon' | 'needsPerson' | 'notStarted';

/** Which list a status counts in: ready, waiting for somebody else or for time, or in need of a person here. */
export type Group = 'ready' | 'needsYou' | 'waiting';

export interface ScreenWords {
  word: string;
  tone: Tone;
  group: Group;
  action: NextAction;
}

/** From here come the word, colour and next action of every page. */
export const screenWords: Record<ScreenStatus, ScreenWords> = {
  Error: { word: 'Error', tone: 'needsPerson', group: 'needsYou', action: 'seeError' },
  Unknown: { word: 'Unknown', tone: 'soon', group: 'waiting', action: 'recheck' },
  Expired: { word: 'Expired', tone: 'needsPerson', group: 'needsYou', action: 'renewGdap' },
  Pending: { word: 'Pending', tone: 'soon', group: 'waiting', action: 'resendRequest' },
  Missing: { word: 'Missing admin relationship', tone: 'needsPerson', group: 'needsYou', action: 'requestGdap' },
  MissingRoles: { word: 'Missing roles', tone: 'needsPerson', group: 'needsYou', action: 'addRoles' },
  MissingSecurityGroup: {
    word: 'Missing security group',
    tone: 'needsPerson',
    group: 'needsYou',
    action: 'addToGroup',
  },
  ConsentFailure: { word: 'Consent failure', tone: 'needsPerson', group: 'needsYou', action: 'seeError' },
  ConsentPending: { word: 'Consent pending', tone: 'soon', group: 'waiting', action: 'wait' },
  GrantingApplicationRoles: { word: 'Granting application roles', tone: 'soon', group: 'waiting', action: 'wait' },
  NotRequested: { word: 'Consent needed', tone: 'soon', group: 'needsYou', action: 'consent' },
  Expiring: { word: 'Expiring', tone: 'soon', group: 'ready', action: 'renewGdap' },
  Active: { word: 'Active', tone: 'done', group: 'ready', action: 'none' },
};

/** The first that applies wins: what GDAP lacks, then what consent lacks, then Expiring, then Active. */
export function screenStatusOf(readiness: Pick<Readiness, 'gdap' | 'consent' | 'ready'>): ScreenStatus {
  const gdap = readiness.gdap.status;
  if (gdap !== 'NotApplicable' && gdap !== 'Active' && gdap !== 'Expiring') return gdap;
  switch (readiness.consent) {
    case 'ConsentFailure':
    case 'ConsentPending':
    case 'GrantingApplicationRoles':
      return readiness.consent;
    case 'Granted':
      if (!readiness.ready) return 'NotRequested';
      return gdap === 'Expiring' ? 'Expiring' : 'Active';
    default:
      return 'NotRequested';
  }
}
