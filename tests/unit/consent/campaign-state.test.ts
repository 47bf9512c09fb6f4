// Where a customer of a campaign is, from its entry, link and consent; and whose turn is next in a run.
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../shared/clock.ts';
import type { CampaignEntryDoc } from '../../../shared/consent/campaign-documents.ts';
import {
  type CampaignState,
  countStates,
  type EntryFacts,
  entryState,
  nextInLine,
  runProgress,
} from '../../../shared/consent/campaign-state.ts';
import type { ConsentLinkDoc } from '../../../shared/consent/documents.ts';
import { nextDepartures } from '../../../shared/consent/link-visits.ts';
import { noConsent } from '../../../shared/consent/status.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const ago = (ms: number) => iso(NOW - ms);
const TENANT = '11111111-1111-4111-8111-111111111111';
const LINK = '22222222-2222-4222-8222-222222222222';
const CAMPAIGN = '33333333-3333-4333-8333-333333333333';
const ada = { id: 'member:ada', name: 'Ada' };
const bob = { id: 'member:bob', name: 'Bob' };
const why = { code: 'x', meaning: 'm', whoActs: 'msp', whatToDo: 'w', retryHelps: false } as const;

const entry: CampaignEntryDoc = {
  id: `campaignEntry:${CAMPAIGN}:${TENANT}`,
  type: 'campaignEntry',
  schemaVersion: 1,
  campaignId: CAMPAIGN,
  tenantId: TENANT,
  position: 0,
  linkId: LINK,
  problem: null,
  sentAt: null,
  remindedAt: [],
  step: null,
  done: null,
};
const link: ConsentLinkDoc = {
  id: `link:${LINK}`,
  type: 'consentLink',
  schemaVersion: 1,
  linkId: LINK,
  tenantId: TENANT,
  tokenHash: '',
  sealedToken: '',
  status: 'open',
  createdAt: ago(5 * HOUR_MS),
  createdBy: ada.id,
  expiresAt: iso(NOW + HOUR_MS),
  usedAt: null,
  revokedAt: null,
};
const consent = { ...noConsent(TENANT, ago(3 * HOUR_MS)), linkId: LINK };
const evidence = { kind: 'gdap', relationshipId: 'r', readAt: ago(0) } as const;
const granted = { ...consent, status: 'Granted', evidence, grantedAt: ago(MINUTE_MS) } as const;
const byLinks: EntryFacts = { method: 'customerAdmin', entry, link, consent, isCustomer: true, nowMs: NOW };
const byRun: EntryFacts = { ...byLinks, method: 'gdapAccount', link: undefined, entry: { ...entry, linkId: null } };
const departed = (ms: number) => ({ at: ago(ms), since: ago(ms), count: 1 });
const sent = { ...entry, sentAt: ago(4 * HOUR_MS) };
const opened = { ...link, openedAt: ago(2 * HOUR_MS) };

describe('by links', () => {
  it.each<[string, Partial<EntryFacts>, CampaignState, string | null]>([
    ['no customer any more', { isCustomer: false, consent: granted }, 'gone', null],
    ['no link yet', { link: undefined }, 'preparing', null],
    ['no link, and why', { link: undefined, entry: { ...entry, problem: why } }, 'failed', null],
    ['a link', {}, 'toSend', link.createdAt],
    ['sent', { entry: sent }, 'sent', sent.sentAt],
    ['opened', { entry: sent, link: opened }, 'opened', opened.openedAt],
    ['opened without having been noted as sent', { link: opened }, 'opened', opened.openedAt],
    ['at Microsoft', { link: { ...opened, departures: departed(HOUR_MS - 1) } }, 'atMicrosoft', ago(HOUR_MS - 1)],
    ['gone there an hour ago', { link: { ...opened, departures: departed(HOUR_MS) } }, 'opened', opened.openedAt],
    [
      'gone there, never seen on the page',
      { link: { ...link, departures: departed(HOUR_MS) } },
      'opened',
      ago(HOUR_MS),
    ],
    [
      'refused there',
      { link: { ...opened, departures: departed(2), refusal: { at: ago(1), explanation: why } } },
      'failed',
      ago(1),
    ],
    [
      'gone there again after a refusal',
      { link: { ...opened, departures: departed(1), refusal: { at: ago(2), explanation: why } } },
      'atMicrosoft',
      ago(1),
    ],
    ['pending', { consent: { ...consent, status: 'ConsentPending' } }, 'confirming', consent.statusSince],
    ['granting', { consent: { ...consent, status: 'GrantingApplicationRoles' } }, 'confirming', consent.statusSince],
    ['granted', { consent: granted }, 'granted', granted.grantedAt],
    [
      'granted in another way, its link revoked',
      { consent: granted, link: { ...link, status: 'revoked' } },
      'granted',
      granted.grantedAt,
    ],
    ['granted without evidence', { consent: { ...granted, evidence: null } }, 'toSend', link.createdAt],
    [
      'not confirmed in the end',
      { consent: { ...consent, status: 'ConsentFailure', explanation: why } },
      'failed',
      consent.statusSince,
    ],
    [
      'taken back since',
      { link: { ...link, status: 'used' }, consent: { ...consent, status: 'Revoked', explanation: why } },
      'failed',
      consent.statusSince,
    ],
    ['revoked', { link: { ...opened, status: 'revoked', revokedAt: ago(7) } }, 'revoked', ago(7)],
    ['expired at this moment', { link: { ...opened, expiresAt: iso(NOW) } }, 'expired', iso(NOW)],
    ['a millisecond before', { link: { ...opened, expiresAt: iso(NOW + 1) } }, 'opened', opened.openedAt],
  ])('%s', (_what, facts, state, at) => {
    expect(entryState({ ...byLinks, ...facts })).toMatchObject({ state, at });
  });

  it('says why it failed', () => {
    const refusal = { at: ago(1), explanation: why };
    expect(entryState({ ...byLinks, link: { ...link, refusal } }).explanation).toEqual(why);
  });
});

describe('by a run', () => {
  const step = (state: NonNullable<CampaignEntryDoc['step']>['state'], ms = 1): Partial<EntryFacts> => ({
    entry: {
      ...entry,
      linkId: null,
      step: { state, at: ago(ms), by: ada, explanation: state === 'failed' ? why : null },
    },
  });
  it.each<[string, Partial<EntryFacts>, CampaignState]>([
    ['waits', {}, 'waiting'],
    ['is at Microsoft', step('atMicrosoft'), 'atMicrosoft'],
    ['waits again after an hour', step('atMicrosoft', HOUR_MS), 'waiting'],
    ['was skipped', step('skipped'), 'skipped'],
    ['failed', step('failed'), 'failed'],
    [
      'answered, and is being confirmed',
      { ...step('answered'), consent: { ...consent, status: 'ConsentPending' } },
      'confirming',
    ],
    ['answered, and is granted', { ...step('answered'), consent: granted }, 'granted'],
    [
      'answered, and was not confirmed',
      { ...step('answered'), consent: { ...consent, status: 'ConsentFailure' } },
      'failed',
    ],
    ['was skipped, and consented by itself', { ...step('skipped'), consent: granted }, 'granted'],
  ])('%s', (_what, facts, state) => {
    expect(entryState({ ...byRun, ...facts }).state).toBe(state);
  });
});

describe('whose turn is next', () => {
  const row = (position: number, state: CampaignState, step: CampaignEntryDoc['step'] = null) => ({
    entry: { ...entry, position, step },
    state,
  });
  const there = (by: typeof ada, ms: number) => ({ state: 'atMicrosoft', at: ago(ms), by, explanation: null }) as const;

  it('is who waits, the first of them', () => {
    const rows = [row(2, 'waiting'), row(1, 'waiting'), row(0, 'granted')];
    expect(nextInLine(rows, ada, NOW)?.entry.position).toBe(1);
  });
  it('is who one left for and came back without an answer, before who waits', () => {
    const rows = [row(0, 'atMicrosoft', there(ada, 1)), row(1, 'waiting')];
    expect(nextInLine(rows, ada, NOW)?.entry.position).toBe(0);
  });
  it('is nobody whom a colleague is at Microsoft for, for a quarter of an hour', () => {
    const rows = (ms: number) => [row(0, 'atMicrosoft', there(bob, ms)), row(1, 'waiting')];
    expect(nextInLine(rows(15 * MINUTE_MS - 1), ada, NOW)?.entry.position).toBe(1);
    expect(nextInLine(rows(15 * MINUTE_MS), ada, NOW)?.entry.position).toBe(0);
  });
  it('is nobody when all had their turn', () => {
    const states = ['granted', 'confirming', 'failed', 'skipped', 'gone'] as const;
    expect(
      nextInLine(
        states.map((state, at) => row(at, state)),
        ada,
        NOW,
      ),
    ).toBeUndefined();
    expect(runProgress(countStates(states), 5)).toEqual({ done: 5, of: 5 });
    expect(runProgress(countStates([...states, 'waiting', 'atMicrosoft']), 7)).toEqual({ done: 5, of: 7 });
  });
});

describe('departures of a link', () => {
  it('are counted by the hour, and refused from the 31st on', () => {
    let departures = nextDepartures(undefined, NOW);
    for (let count = 2; count <= 30; count += 1) departures = nextDepartures(departures, NOW + count);
    expect(departures).toEqual({ at: iso(NOW + 30), since: iso(NOW), count: 30 });
    const thirty = departures;
    expect(() => nextDepartures(thirty, NOW + HOUR_MS - 1)).toThrow('30 times');
    expect(nextDepartures(thirty, NOW + HOUR_MS).count).toBe(1);
  });
});
