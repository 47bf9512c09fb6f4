// The words of automatic consent and of the ways in which a customer consents: from this one table on every page.
import type { AutomaticGroup, AutomaticRow } from '../../../shared/consent/automatic/overview.ts';
import type { AutomaticStanding } from '../../../shared/consent/automatic/progress.ts';
import type { ConsentStrategy } from '../../../shared/consent/strategy.ts';
import { consentWords, type StatusWords } from './words.ts';

export const strategyWords: Record<ConsentStrategy, string> = {
  customerAdmin: 'By link, their own administrator',
  gdapAccount: 'With your own account, through GDAP',
  automatic: 'Automatically',
  ownApp: 'By link, for your own app registration',
  none: 'Not at all',
};

/** The same for a narrow column. */
export const shortStrategyWords: Record<ConsentStrategy, string> = {
  customerAdmin: 'By link',
  gdapAccount: 'With your account',
  automatic: 'Automatically',
  ownApp: 'By link, own app',
  none: 'Not at all',
};

export const standingWords: Record<AutomaticStanding, StatusWords> = {
  waiting: { word: 'Waiting for the relationship', tone: 'soon' },
  working: { word: 'Under way', tone: 'working' },
  retrying: { word: 'Trying again', tone: 'soon' },
  failed: { word: 'Needs you', tone: 'needsPerson' },
  granted: { word: 'Granted', tone: 'done' },
};

export const automaticGroupWords: Record<AutomaticGroup, string> = {
  can: 'Can be consented',
  underWay: 'Under way',
  failed: 'Failed',
  cannot: 'Cannot',
};

/** The status of a row: where it stands that was begun, else what its consent is. */
export function automaticRowWords({ standing, consent, group }: AutomaticRow): StatusWords {
  if (standing !== null && group !== 'can') return standingWords[standing];
  return consentWords[consent];
}
