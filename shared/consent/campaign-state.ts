// Where each customer of a campaign is: derived from its entry, its link and its consent, never stored. Pure.
import { HOUR_MS, MINUTE_MS } from '../clock.ts';
import type { Explanation } from '../errors.ts';
import type { CampaignEntryDoc, CampaignMethod } from './campaign-documents.ts';
import type { ConsentDoc, ConsentLinkDoc } from './documents.ts';

/**
 * Links: preparing → toSend → sent → opened → atMicrosoft → confirming → granted, or failed, expired, revoked.
 * Runs: waiting → atMicrosoft → confirming → granted, or failed, skipped. `gone`: it is no customer any more.
 */
export const campaignStates = [
  'preparing',
  'waiting',
  'toSend',
  'sent',
  'opened',
  'atMicrosoft',
  'confirming',
  'granted',
  'failed',
  'expired',
  'revoked',
  'skipped',
  'gone',
] as const;
export type CampaignState = (typeof campaignStates)[number];

export interface EntryState {
  state: CampaignState;
  /** Since when; null where nothing has happened yet. */
  at: string | null;
  explanation: Explanation | null;
}

export interface EntryFacts {
  method: CampaignMethod;
  entry: CampaignEntryDoc;
  /** The link of the entry, if it has one. */
  link: ConsentLinkDoc | undefined;
  /** The customer's consent as it stands now; undefined where the customer is gone. */
  consent: Pick<ConsentDoc, 'status' | 'statusSince' | 'grantedAt' | 'evidence' | 'linkId' | 'explanation'> | null;
  isCustomer: boolean;
  nowMs: number;
}

/** Where one customer is, and since when. */
export function entryState(facts: EntryFacts): EntryState {
  const { consent, isCustomer, method } = facts;
  if (!isCustomer) return { state: 'gone', at: null, explanation: null };
  if (consent?.status === 'Granted' && consent.evidence) return at('granted', consent.grantedAt);
  if (consent?.status === 'ConsentPending' || consent?.status === 'GrantingApplicationRoles')
    return at('confirming', consent.statusSince);
  return method === 'gdapAccount' ? stepState(facts) : linkState(facts);
}

/** Who went to Microsoft an hour ago and has not come back is not there any more. */
const AT_MICROSOFT_MS = HOUR_MS;

function stepState({ entry: { step }, consent, nowMs }: EntryFacts): EntryState {
  if (!step) return at('waiting', null);
  if (step.state === 'skipped') return at('skipped', step.at);
  if (step.state === 'failed') return { state: 'failed', at: step.at, explanation: step.explanation };
  if (step.state === 'atMicrosoft') return isRecent(step.at, nowMs) ? at('atMicrosoft', step.at) : at('waiting', null);
  // Microsoft said yes, and yet there is no grant: it was not confirmed, or it was taken back.
  return failedBy(consent);
}

function linkState({ entry, link, consent, nowMs }: EntryFacts): EntryState {
  if (!link) {
    if (entry.problem) return { state: 'failed', at: null, explanation: entry.problem };
    return at('preparing', null);
  }
  if (link.status === 'revoked') return at('revoked', link.revokedAt);
  if (link.status === 'used') return failedBy(consent);
  if (Date.parse(link.expiresAt) <= nowMs) return at('expired', link.expiresAt);
  const refusal = standingRefusal(link);
  if (refusal) return { state: 'failed', at: refusal.at, explanation: refusal.explanation };
  if (consent?.status === 'ConsentFailure' && consent.linkId === link.linkId) return failedBy(consent);
  return openLinkState(link, entry, nowMs);
}

/** A refusal counts until its visitor leaves for Microsoft again. */
function standingRefusal({ refusal, departures }: ConsentLinkDoc): ConsentLinkDoc['refusal'] {
  return refusal && (!departures || refusal.at >= departures.at) ? refusal : undefined;
}

function openLinkState(link: ConsentLinkDoc, { sentAt }: CampaignEntryDoc, nowMs: number): EntryState {
  const departed = link.departures?.at;
  if (departed && isRecent(departed, nowMs)) return at('atMicrosoft', departed);
  const opened = link.openedAt ?? departed;
  if (opened) return at('opened', opened);
  return sentAt ? at('sent', sentAt) : at('toSend', link.createdAt);
}

function failedBy(consent: EntryFacts['consent']): EntryState {
  return { state: 'failed', at: consent?.statusSince ?? null, explanation: consent?.explanation ?? null };
}

function at(state: CampaignState, since: string | null): EntryState {
  return { state, at: since, explanation: null };
}

function isRecent(iso: string, nowMs: number): boolean {
  return nowMs - Date.parse(iso) < AT_MICROSOFT_MS;
}

export type StateCounts = Readonly<Partial<Record<CampaignState, number>>>;

/** How many customers are in each state. */
export function countStates(states: Iterable<CampaignState>): StateCounts {
  const counts: Partial<Record<CampaignState, number>> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Whom a reminder would reach: asked, and without an answer that stands. */
export const remindable: readonly CampaignState[] = ['sent', 'opened', 'failed', 'expired'];

/** Where nothing more is to be waited for in a run. */
const settled: readonly CampaignState[] = ['confirming', 'granted', 'failed', 'skipped', 'gone'];

export interface RunProgress {
  done: number;
  of: number;
}

/** How far a run is. */
export function runProgress(counts: StateCounts, customers: number): RunProgress {
  return { done: settled.reduce((sum, state) => sum + (counts[state] ?? 0), 0), of: customers };
}

/** A journey that Microsoft was not answered in this time has ended: its state is void. */
const JOURNEY_MS = 15 * MINUTE_MS;

export interface RunRow {
  entry: CampaignEntryDoc;
  state: CampaignState;
}

/**
 * Whose turn is next in a run, by position: who waits, or who is at Microsoft by the same person's last step (who came
 * back without an answer) or by anybody's of more than a quarter of an hour ago. Undefined when nobody is left.
 */
export function nextInLine(rows: readonly RunRow[], by: { id: string }, nowMs: number): RunRow | undefined {
  const isNext = ({ entry: { step }, state }: RunRow) =>
    state === 'waiting' ||
    (state === 'atMicrosoft' && step !== null && (step.by.id === by.id || nowMs - Date.parse(step.at) >= JOURNEY_MS));
  return rows.filter(isNext).sort((a, b) => a.entry.position - b.entry.position)[0];
}
