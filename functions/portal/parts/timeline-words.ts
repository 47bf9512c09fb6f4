// How the entries of a timeline read: a word with its tone, and a sentence.
import type { Tone } from '../../../shared/customers/screen-status.ts';
import type { LossCause, TimelineKind } from '../../../shared/timeline/kinds.ts';
import type { TimelineEntry } from '../../../shared/timeline/read-timeline.ts';
import { explainLoss } from '../../../shared/timeline/words.ts';
import { dateTime, gdapReasonWords, gdapWords } from './words.ts';

interface EntryWords {
  word: string;
  tone: Tone;
}

export const timelineWords: Record<TimelineKind, EntryWords> = {
  'customer.found': { word: 'Found', tone: 'notStarted' },
  'customer.missing': { word: 'No longer listed', tone: 'needsPerson' },
  'customer.removed': { word: 'Removed', tone: 'notStarted' },
  'gdap.requested': { word: 'GDAP requested', tone: 'working' },
  'gdap.approved': { word: 'GDAP approved', tone: 'done' },
  'gdap.ended': { word: 'GDAP ended', tone: 'soon' },
  'gdap.changed': { word: 'GDAP status', tone: 'notStarted' },
  'gdap.expiring': { word: 'Access ends soon', tone: 'soon' },
  'consent.linkCreated': { word: 'Consent link made', tone: 'working' },
  'consent.linkOpened': { word: 'Link opened', tone: 'working' },
  'consent.reminded': { word: 'Reminded', tone: 'working' },
  'consent.linkRevoked': { word: 'Link revoked', tone: 'notStarted' },
  'consent.linkRestored': { word: 'Link restored', tone: 'working' },
  'consent.atMicrosoft': { word: 'At Microsoft', tone: 'working' },
  'consent.started': { word: 'Consent started', tone: 'working' },
  'consent.skipped': { word: 'Skipped', tone: 'notStarted' },
  'consent.withdrawn': { word: 'Consent withdrawn', tone: 'notStarted' },
  'consent.given': { word: 'Consent given', tone: 'working' },
  'consent.granted': { word: 'Consented', tone: 'done' },
  'consent.failed': { word: 'Consent failed', tone: 'needsPerson' },
  'consent.revoked': { word: 'Consent revoked', tone: 'needsPerson' },
  'consent.upgradeNeeded': { word: 'Upgrade needed', tone: 'soon' },
  'access.gained': { word: 'Ready', tone: 'done' },
  'access.lost': { word: 'Access lost', tone: 'needsPerson' },
  'access.regained': { word: 'Access regained', tone: 'done' },
};

const causeNames: Record<LossCause, string> = {
  relationshipEnded: 'relationship ended',
  relationshipChanged: 'a role or group no longer works',
  appRemoved: 'app removed',
  permissionsMissing: 'permissions missing',
  tokenDead: 'sign-in no longer works',
  licenceMissing: 'licence missing',
};
export const causeWords = (cause: LossCause): string => causeNames[cause];

const methodNames: Readonly<Record<string, string>> = {
  customerAdmin: 'by the customer’s administrator',
  gdapAccount: 'by the partner account, through GDAP',
  automatic: 'automatically, through Partner Center',
  ownApp: 'to your own app registration',
};

/** The sentence of an entry; empty where its word says all. Any detail may be missing: it is what was stored. */
export function entrySentence({ kind, details, subject }: TimelineEntry): string {
  const text = (name: string): string => (details[name] === null ? '' : String(details[name] ?? ''));
  switch (kind) {
    case 'customer.found':
      return text('name');
    case 'gdap.requested':
    case 'gdap.approved':
      return named(text('name') || subject);
    case 'gdap.ended':
      return `${named(text('name') || subject)}${details['approved'] === false ? ', without having been approved' : ''}`;
    case 'gdap.changed':
      return changeWords(text('from'), text('to'), text('reason'));
    case 'gdap.expiring':
      return `Within ${text('days')} ${text('days') === '1' ? 'day' : 'days'}: on ${dateTime(text('until'))}`;
    case 'consent.given':
    case 'consent.granted':
      return methodNames[text('method')] ?? '';
    case 'consent.failed':
      return [text('meaning'), text('code')].filter(Boolean).join(' · ');
    case 'consent.revoked':
    case 'consent.upgradeNeeded':
      return text('code');
    case 'access.lost':
      return lostWords(text('cause'), text('dataset'));
    case 'access.regained':
      return regainedWords(text('cause'), text('dataset'), text('lostAt'));
    default:
      return text('campaign') || text('name');
  }
}

const named = (name: string | null): string => (name ? `“${name}”` : '');
const gdapWord = (status: string): string =>
  Object.entries(gdapWords).find(([known]) => known === status)?.[1].word ?? status;

function changeWords(from: string, to: string, reason: string): string {
  const why = Object.entries(gdapReasonWords).find(([known]) => known === reason)?.[1];
  return `${gdapWord(from)} → ${gdapWord(to)}${why ? `: ${why}` : ''}`;
}

const datasetNote = (dataset: string): string => (dataset === 'signIns' ? ' (sign-ins)' : dataset && ` (${dataset})`);
const causeOf = (name: string): LossCause | undefined =>
  Object.keys(causeNames).find((known): known is LossCause => known === name);

function lostWords(name: string, dataset: string): string {
  const cause = causeOf(name);
  return cause ? `${capital(causeWords(cause))}${datasetNote(dataset)}. ${explainLoss(cause).meaning}` : name;
}

function regainedWords(name: string, dataset: string, lostAt: string): string {
  const cause = causeOf(name);
  const what = cause ? `${causeWords(cause)}${datasetNote(dataset)}` : name;
  return `Was lost${lostAt ? ` since ${dateTime(lostAt)}` : ''}: ${what}`;
}

const capital = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;

/** Who did it, where that is not Tenantry itself finding out. */
export function entryActor({ by, byName }: Pick<TimelineEntry, 'by' | 'byName'>): string {
  return by === 'tenantry' ? '' : byName;
}
