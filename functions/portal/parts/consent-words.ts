// The words of customers to consent and of campaigns: from this one table on every page.
import type { CampaignMethod } from '../../../shared/consent/campaign-documents.ts';
import type { CampaignState } from '../../../shared/consent/campaign-state.ts';
import type { ConsentGroup } from '../../../shared/consent/choice.ts';
import type { StatusWords } from './words.ts';

export const campaignWords: Record<CampaignState, StatusWords> = {
  preparing: { word: 'Link being made', tone: 'working' },
  waiting: { word: 'Waiting for its turn', tone: 'notStarted' },
  toSend: { word: 'To send', tone: 'soon' },
  sent: { word: 'Sent', tone: 'working' },
  opened: { word: 'Opened', tone: 'working' },
  atMicrosoft: { word: 'At Microsoft', tone: 'working' },
  confirming: { word: 'Being confirmed', tone: 'working' },
  granted: { word: 'Granted', tone: 'done' },
  failed: { word: 'Failed', tone: 'needsPerson' },
  expired: { word: 'Expired', tone: 'needsPerson' },
  revoked: { word: 'Revoked', tone: 'notStarted' },
  skipped: { word: 'Skipped', tone: 'notStarted' },
  gone: { word: 'No longer a customer', tone: 'notStarted' },
};

export const groupWords: Record<ConsentGroup, string> = {
  toConsent: 'To consent',
  notAsked: 'Not requested',
  atMicrosoft: 'At Microsoft',
  pending: 'Pending',
  failed: 'Failed',
  withdrawn: 'Revoked',
  upgrade: 'Upgrade needed',
  unwanted: 'Not to be asked',
  consented: 'Granted',
};

export const methodWords: Record<CampaignMethod, string> = {
  customerAdmin: 'Links to customers',
  gdapAccount: 'Run with your account',
};
