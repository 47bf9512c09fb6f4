import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../shared/clock.ts';
import type { ConsentDoc, Evidence } from '../../../shared/consent/documents.ts';
import type { Proof } from '../../../shared/consent/prove.ts';
import {
  activeRelationshipIds,
  confirmDelayMs,
  currentConsent,
  evidenceForNewGrant,
  isStuck,
  mayBegin,
  noConsent,
  pendingAttempts,
  standingEvidence,
  unprovenStatus,
} from '../../../shared/consent/status.ts';
import { afterProof } from '../../../shared/consent/verify.ts';
import type { GdapDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';

const now = Date.parse('2026-01-01T00:00:00.000Z');
const at = new Date(now).toISOString();
const tenantId = '52eaad04-13a2-4a2f-9ce8-93a294fadf36';
const consent = (change: Partial<ConsentDoc>): ConsentDoc => ({ ...noConsent(tenantId, at), ...change });

describe('trying again', () => {
  it('SY-28 goes on for 15 minutes or a little less while Microsoft propagates', () => {
    const delays = Array.from({ length: pendingAttempts }, (_, index) => confirmDelayMs(index + 1) ?? 0);
    expect(delays.slice(0, 5)).toEqual([5, 15, 30, 60, 120].map((seconds) => seconds * SECOND_MS));
    const total = delays.reduce((sum, delay) => sum + delay, 0);
    expect(total).toBeLessThanOrEqual(16 * MINUTE_MS);
    expect(total).toBeGreaterThan(13 * MINUTE_MS);
  });
  it('SY-27 then after 1, 5, 15 and 60 minutes, daily, and not for ever', () => {
    const later = [1, 2, 3, 4, 5, 34].map((index) => confirmDelayMs(pendingAttempts + index));
    expect(later).toEqual([MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS, DAY_MS]);
    expect(confirmDelayMs(pendingAttempts + 35)).toBeNull();
  });
  it('is stuck only past its patience', () => {
    const pending = consent({ status: 'ConsentPending' });
    expect(isStuck(pending, now + 15 * MINUTE_MS)).toBe(false);
    expect(isStuck(pending, now + 15 * MINUTE_MS + 1)).toBe(true);
    expect(isStuck(consent({ status: 'GrantingApplicationRoles' }), now + 16 * MINUTE_MS)).toBe(false);
    expect(isStuck(consent({ status: 'NotRequested' }), now + DAY_MS)).toBe(false);
  });
});

describe('a journey', () => {
  it('that nobody came back from within an hour was not requested', () => {
    const away = consent({ status: 'InProgress' });
    expect(currentConsent(away, now + 60 * MINUTE_MS - 1).status).toBe('InProgress');
    expect(currentConsent(away, now + 60 * MINUTE_MS).status).toBe('NotRequested');
  });
  it.each([
    ['NotRequested', true],
    ['InProgress', true],
    ['Revoked', true],
    ['UpgradeNeeded', false],
    ['ConsentFailure', true],
    ['Granted', false],
    ['ConsentPending', false],
  ] as const)('from %s may show as in progress: %s', (status, may) => {
    expect(mayBegin(consent({ status }))).toBe(may);
  });
  it('does not stop the retries of a failure', () => {
    expect(mayBegin(consent({ status: 'ConsentFailure', nextAttemptAt: at }))).toBe(false);
  });
});

const relationship = (id: string, change: Partial<RelationshipEvidence> = {}): RelationshipEvidence => ({
  id,
  name: id,
  status: 'active',
  etag: '',
  activatedAt: at,
  endAt: new Date(now + DAY_MS).toISOString(),
  autoExtendDuration: 'PT0S',
  roles: [],
  assignments: [],
  assignmentsReadAt: at,
  ...change,
});
const gdap = (relationships: RelationshipEvidence[], change: Partial<GdapDoc> = {}): GdapDoc => ({
  id: `gdap:${tenantId}`,
  type: 'gdap',
  schemaVersion: 1,
  tenantId,
  connectionId: '95692b54-d121-482b-a9cd-94f7e55113f9',
  applies: true,
  relationships,
  memberOf: [],
  readAt: at,
  error: null,
  ...change,
});

describe('evidence', () => {
  const byGdap: Evidence = { kind: 'gdap', relationshipId: 'a', readAt: at };
  const bySignIn: Evidence = { kind: 'adminSignIn', objectId: tenantId, username: 'x', roles: [], at };

  it.each([
    'created',
    'approvalPending',
    'approved',
    'activating',
    'expiring',
    'expired',
    'terminationRequested',
    'terminating',
    'terminated',
    'unknownFutureValue',
  ] as const)('is no relationship that is %s', (status) => {
    expect(activeRelationshipIds(gdap([relationship('a', { status })]), now)).toEqual([]);
  });
  it('is no relationship past its end, and none of a tenant that GDAP does not apply to', () => {
    expect(activeRelationshipIds(gdap([relationship('a', { endAt: at })]), now)).toEqual([]);
    expect(activeRelationshipIds(gdap([relationship('a')], { applies: false }), now)).toEqual([]);
    expect(activeRelationshipIds(undefined, now)).toEqual([]);
  });
  it('stays, moves to another active relationship, or is gone', () => {
    expect(standingEvidence(byGdap, gdap([relationship('b'), relationship('a')]), now)).toBe(byGdap);
    const ended = relationship('a', { status: 'terminated' });
    expect(standingEvidence(byGdap, gdap([ended, relationship('b')]), now)).toMatchObject({ relationshipId: 'b' });
    expect(standingEvidence(byGdap, gdap([ended]), now)).toBeNull();
    expect(standingEvidence(bySignIn, undefined, now)).toBe(bySignIn);
    expect(standingEvidence(null, gdap([relationship('a')]), now)).toBeNull();
  });

  it('of a sign-in speaks for a new grant for a day, by GDAP as long as it stands', () => {
    const signedInAt = Date.parse(bySignIn.at);
    expect(evidenceForNewGrant(bySignIn, signedInAt + DAY_MS)).toBe(bySignIn);
    expect(evidenceForNewGrant(bySignIn, signedInAt + DAY_MS + 1)).toBeNull();
    expect(evidenceForNewGrant(byGdap, now + 1000 * DAY_MS)).toBe(byGdap);
    expect(evidenceForNewGrant(null, now)).toBeNull();
  });

  const explanation = { code: 'x', meaning: '', whoActs: 'customer', whatToDo: '', retryHelps: false } as const;
  const gone: Proof = { kind: 'notInstalled', explanation };
  it('of an old sign-in does not outlive the app in the tenant', () => {
    const granted = consent({ status: 'Granted', evidence: bySignIn });
    const revoked = afterProof(granted, gone, bySignIn, at);
    expect(revoked).toMatchObject({ status: 'Revoked', evidence: null });
  });
  it('alone makes a grant of a proof; a proof alone does not', () => {
    const failed = consent({ status: 'ConsentFailure' });
    expect(afterProof(failed, { kind: 'proven' }, null, at)).toBeUndefined();
    expect(afterProof(failed, { kind: 'proven' }, byGdap, at)).toMatchObject({
      status: 'Granted',
      method: 'gdapAccount',
    });
  });
  it('is not touched by a question that got no answer', () => {
    const unanswered: Proof = { kind: 'unanswered', transient: true, explanation, retryAfterMs: undefined };
    expect(afterProof(consent({ status: 'Granted', evidence: byGdap }), unanswered, null, at)).toBeUndefined();
  });
  it('asks for more where permissions are missing', () => {
    const proof: Proof = { kind: 'rolesMissing', permissions: ['User.Read.All'], explanation };
    expect(afterProof(consent({ status: 'Granted', evidence: byGdap }), proof, byGdap, at)?.status).toBe(
      'UpgradeNeeded',
    );
    expect(afterProof(consent({ status: 'ConsentPending', evidence: byGdap }), proof, byGdap, at)).toBeUndefined();
  });
});

describe('an attempt that proved nothing', () => {
  const statusAfter = (status: ConsentDoc['status'], rolesMissing: boolean, attempt: number, minutes = 0) =>
    unprovenStatus(consent({ status }), { rolesMissing, attempt, nowMs: now + minutes * MINUTE_MS });
  it('SY-28 leaves it pending for the first attempts, then failed', () => {
    expect(statusAfter('ConsentPending', false, pendingAttempts - 1)).toBe('ConsentPending');
    expect(statusAfter('ConsentPending', false, pendingAttempts)).toBe('ConsentFailure');
    expect(statusAfter('ConsentFailure', false, 1)).toBe('ConsentFailure');
  });
  it('SY-31 shows roles that are still being granted, for 45 minutes', () => {
    expect(statusAfter('ConsentPending', true, 1)).toBe('GrantingApplicationRoles');
    expect(statusAfter('GrantingApplicationRoles', true, 14, 45)).toBe('GrantingApplicationRoles');
    expect(statusAfter('GrantingApplicationRoles', true, 14, 46)).toBe('ConsentFailure');
  });
  it('SY-31 goes on granting where automatic consent has given the roles, though the app does not show yet', () => {
    const given = consent({ status: 'GrantingApplicationRoles', method: 'automatic' });
    const statusAt = (minutes: number) =>
      unprovenStatus(given, { rolesMissing: false, attempt: 1, nowMs: now + minutes * MINUTE_MS });
    expect([statusAt(0), statusAt(45), statusAt(46)]).toEqual([
      'GrantingApplicationRoles',
      'GrantingApplicationRoles',
      'ConsentFailure',
    ]);
    expect(statusAfter('GrantingApplicationRoles', false, 1)).toBe('ConsentPending');
  });
});
