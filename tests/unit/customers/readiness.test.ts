// Readiness as states.md has it: every GDAP status with every consent, what stands in the way and in which order, and the row
// that a list shows for it.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { DAY_MS, MINUTE_MS } from '../../../shared/clock.ts';
import {
  type ConsentDoc,
  type ConsentStatus,
  consentStatuses,
  type Evidence,
} from '../../../shared/consent/documents.ts';
import { noConsent } from '../../../shared/consent/status.ts';
import type { GdapDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';
import { type GdapStatus, gdapStatuses } from '../../../shared/customers/gdap-status.ts';
import { gdapIsUsable, type NextAction, readinessOf } from '../../../shared/customers/readiness.ts';
import { rowOf } from '../../../shared/customers/rows.ts';
import { type Group, type ScreenStatus, screenWords, type Tone } from '../../../shared/customers/screen-status.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const tenantId = 'a0000000-0000-4000-8000-000000000001';
const profile = defaultSettings.roleProfile;
const group = 'b0000000-0000-4000-8000-000000000001';
const at = { profile, nowMs, thresholdDays: 7 };

const relationship = (change: Partial<RelationshipEvidence> = {}): RelationshipEvidence => ({
  id: 'r1',
  name: 'Relationship',
  status: 'active',
  etag: '1',
  activatedAt: iso(nowMs - 100 * DAY_MS),
  endAt: iso(nowMs + 100 * DAY_MS),
  autoExtendDuration: 'PT0S',
  roles: [...profile.allOf],
  assignments: [{ id: 'a1', status: 'active', groupId: group, roles: [...profile.allOf] }],
  assignmentsReadAt: iso(nowMs),
  ...change,
});
const gdap = (relationships: RelationshipEvidence[], change: Partial<GdapDoc> = {}): GdapDoc => ({
  id: `gdap:${tenantId}`,
  type: 'gdap',
  schemaVersion: 1,
  tenantId,
  connectionId: tenantId,
  applies: true,
  relationships,
  memberOf: [group],
  readAt: iso(nowMs),
  error: null,
  ...change,
});
const explanation = { code: 'x', meaning: 'm', whoActs: 'msp', whatToDo: 'w', retryHelps: false } as const;
const open = (status: RelationshipEvidence['status']) =>
  gdap([relationship({ status, activatedAt: null, endAt: null })]);

/** A document for each GDAP status. */
const documents: Record<GdapStatus, GdapDoc> = {
  NotApplicable: gdap([], { applies: false }),
  Error: gdap([relationship()], { error: explanation }),
  Unknown: gdap([], { readAt: null }),
  Expired: gdap([relationship({ endAt: iso(nowMs) })]),
  Pending: open('approvalPending'),
  Missing: gdap([]),
  MissingRoles: gdap([relationship({ roles: profile.allOf.slice(0, 1) })]),
  MissingSecurityGroup: gdap([relationship()], { memberOf: [] }),
  Expiring: gdap([relationship({ endAt: iso(nowMs + DAY_MS) })]),
  Active: gdap([relationship()]),
};
const evidence: Evidence = { kind: 'gdap', relationshipId: 'r1', readAt: iso(nowMs) };
const consentIn = (status: ConsentStatus, change: Partial<ConsentDoc> = {}): ConsentDoc => ({
  ...noConsent(tenantId, iso(nowMs - MINUTE_MS)),
  status,
  evidence,
  ...change,
});
const every = gdapStatuses.flatMap((status) => consentStatuses.map((consent) => [status, consent] as const));
const usable: readonly GdapStatus[] = ['Active', 'Expiring', 'NotApplicable'];

describe('readiness', () => {
  it.each(gdapStatuses)('the document for %s shows just that', (status) => {
    expect(readinessOf({ gdap: documents[status], consent: undefined, ...at }).gdap.status).toBe(status);
    expect(gdapIsUsable(status)).toBe(usable.includes(status));
  });

  it.each(every)('G1-17 of %s and %s is Ready exactly when GDAP works and consent is Granted', (status, consent) => {
    const { ready, blockers } = readinessOf({ gdap: documents[status], consent: consentIn(consent), ...at });
    expect(ready).toBe(usable.includes(status) && consent === 'Granted');
    expect(blockers.map(({ code }) => code)).toEqual([
      ...(usable.includes(status) ? [] : [`gdap_${status}`]),
      ...(consent === 'Granted' ? [] : [`consent_${consent}`]),
    ]);
    for (const { meaning, whatToDo } of blockers) for (const words of [meaning, whatToDo]) expect(words).toMatch(/\.$/);
  });

  it.each(usable)('of %s and Granted is not Ready without evidence', (status) => {
    const consent = consentIn('Granted', { evidence: null });
    const { ready, blockers } = readinessOf({ gdap: documents[status], consent, ...at });
    expect(ready).toBe(false);
    expect(blockers.map(({ code }) => code)).toEqual(['evidence_missing']);
  });

  it('SY-30 stays Ready until the very end of GDAP, and not a moment longer', () => {
    const readyAt = (leftMs: number) =>
      readinessOf({
        gdap: gdap([relationship({ endAt: iso(nowMs + leftMs) })]),
        consent: consentIn('Granted'),
        ...at,
      });
    expect([7 * DAY_MS, 7 * DAY_MS - 1000, 1000, 1].map((leftMs) => readyAt(leftMs).ready)).toEqual(
      Array(4).fill(true),
    );
    expect([0, -1, -1000].map((leftMs) => readyAt(leftMs).ready)).toEqual(Array(3).fill(false));
  });
});

describe('what stands in the way', () => {
  const first = (document: GdapDoc, consent: ConsentDoc | undefined) =>
    readinessOf({ gdap: document, consent, ...at }).blockers[0];

  it.each<[RelationshipEvidence['status'], NextAction, RegExp]>([
    ['created', 'requestGdap', /Finish it in Partner Center, or request one here/],
    ['approvalPending', 'resendRequest', /Send the approval link/],
    ['approved', 'recheck', /Wait a few minutes/],
    ['activating', 'recheck', /Wait a few minutes/],
    ['unknownFutureValue', 'resendRequest', /Send the approval link/],
  ])('of a request that is %s is mended by %s', (status, action, whatToDo) => {
    const blocker = first(open(status), undefined);
    expect(blocker).toMatchObject({ code: 'gdap_Pending', action });
    expect(blocker?.whatToDo).toMatch(whatToDo);
  });

  it.each<[ConsentStatus, number, RegExp, RegExp]>([
    ['ConsentPending', 15, /still passing it on/, /more than 15 minutes ago/],
    ['GrantingApplicationRoles', 45, /is granting/, /more than 45 minutes/],
  ])('SY-28 SY-31 of %s is another look only after %i minutes', (status, minutes, waiting, stuck) => {
    const blockedFor = (passedMs: number) =>
      first(documents.Active, consentIn(status, { statusSince: iso(nowMs - passedMs) }));
    expect(blockedFor(minutes * MINUTE_MS)).toMatchObject({ action: 'wait', meaning: expect.stringMatching(waiting) });
    expect(blockedFor(minutes * MINUTE_MS + 1)).toMatchObject({
      code: `consent_${status}`,
      action: 'checkConsent',
      meaning: expect.stringMatching(stuck),
    });
  });

  it('SY-27 of a failure says that it is tried again, but only while it is', () => {
    const words = (nextAttemptAt: string | null) =>
      first(documents.Active, consentIn('ConsentFailure', { nextAttemptAt }));
    expect(words(iso(nowMs + MINUTE_MS))?.whatToDo).toContain('tries again by itself');
    expect(words(null)?.whatToDo).toContain('send a new consent link');
  });
});

describe('the row of a list', () => {
  const row = (document: GdapDoc, consent: ConsentDoc | undefined) =>
    rowOf({
      customer: {
        id: `customer:${tenantId}`,
        type: 'customer',
        schemaVersion: 1,
        tenantId,
        connectionId: tenantId,
        name: 'Adatum',
        domain: null,
        sources: ['gdap'],
        firstSeenAt: iso(nowMs),
        missingSince: null,
      },
      gdap: document,
      consent,
      sync: undefined,
      nowMs,
      readiness: readinessOf({ gdap: document, consent, ...at }),
    });

  const granted = consentIn('Granted');
  const rows: readonly (readonly [string, GdapDoc, ConsentDoc | undefined, ScreenStatus, Tone, Group, NextAction])[] = [
    ['Active and Granted', documents.Active, granted, 'Active', 'done', 'ready', 'none'],
    ['single tenant and Granted', documents.NotApplicable, granted, 'Active', 'done', 'ready', 'none'],
    ['Active, not consented', documents.Active, undefined, 'NotRequested', 'soon', 'needsYou', 'consent'],
    ['Expiring', documents.Expiring, granted, 'Expiring', 'soon', 'ready', 'renewGdap'],
    [
      'Granting',
      documents.Active,
      consentIn('GrantingApplicationRoles'),
      'GrantingApplicationRoles',
      'soon',
      'waiting',
      'wait',
    ],
    ['ConsentPending', documents.Active, consentIn('ConsentPending'), 'ConsentPending', 'soon', 'waiting', 'wait'],
    [
      'ConsentFailure',
      documents.Active,
      consentIn('ConsentFailure'),
      'ConsentFailure',
      'needsPerson',
      'needsYou',
      'seeError',
    ],
    ['Pending', documents.Pending, granted, 'Pending', 'soon', 'waiting', 'resendRequest'],
    ['Pending, not sent', open('created'), granted, 'Pending', 'soon', 'needsYou', 'requestGdap'],
    ['Pending, activating', open('activating'), granted, 'Pending', 'soon', 'waiting', 'recheck'],
    ['Missing', documents.Missing, granted, 'Missing', 'needsPerson', 'needsYou', 'requestGdap'],
    ['MissingRoles', documents.MissingRoles, granted, 'MissingRoles', 'needsPerson', 'needsYou', 'addRoles'],
    [
      'MissingSecurityGroup',
      documents.MissingSecurityGroup,
      granted,
      'MissingSecurityGroup',
      'needsPerson',
      'needsYou',
      'addToGroup',
    ],
    ['Expired', documents.Expired, granted, 'Expired', 'needsPerson', 'needsYou', 'renewGdap'],
    ['Error', documents.Error, granted, 'Error', 'needsPerson', 'needsYou', 'seeError'],
    ['Unknown', documents.Unknown, granted, 'Unknown', 'soon', 'waiting', 'recheck'],
    ['Revoked', documents.Active, consentIn('Revoked'), 'NotRequested', 'soon', 'needsYou', 'consent'],
    ['UpgradeNeeded', documents.Active, consentIn('UpgradeNeeded'), 'NotRequested', 'soon', 'needsYou', 'consent'],
    ['InProgress', documents.Active, consentIn('InProgress'), 'NotRequested', 'soon', 'needsYou', 'consent'],
    [
      'no evidence',
      documents.Active,
      consentIn('Granted', { evidence: null }),
      'NotRequested',
      'soon',
      'needsYou',
      'consent',
    ],
  ];

  it.each(rows)('%s', (_title, document, consent, screen, tone, inGroup, action) => {
    expect(row(document, consent)).toMatchObject({
      screen,
      word: screenWords[screen].word,
      tone,
      group: inGroup,
      action,
      consentStuck: false,
    });
  });

  it.each([
    ['ConsentPending', 15],
    ['GrantingApplicationRoles', 45],
  ] as const)('%s that is stuck needs somebody, unless GDAP is what is missing', (status, minutes) => {
    const consent = consentIn(status, { statusSince: iso(nowMs - minutes * MINUTE_MS - 1) });
    expect(row(documents.Active, consent)).toMatchObject({
      screen: status,
      consentStuck: true,
      group: 'needsYou',
      action: 'checkConsent',
    });
    expect(row(documents.Missing, consent)).toMatchObject({
      screen: 'Missing',
      consentStuck: false,
      action: 'requestGdap',
    });
  });
});
