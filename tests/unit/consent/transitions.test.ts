// The consent table of states.md: what each look at Microsoft makes of each status, and the moments at which time alone changes it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../shared/clock.ts';
import {
  type ConsentDoc,
  type ConsentStatus,
  consentStatuses,
  type Evidence,
} from '../../../shared/consent/documents.ts';
import { afterAttempt } from '../../../shared/consent/grant.ts';
import type { Proof } from '../../../shared/consent/prove.ts';
import {
  confirmDelayMs,
  currentConsent,
  isStuck,
  isUnconfirmed,
  noConsent,
  pendingAttempts,
  withStatus,
} from '../../../shared/consent/status.ts';
import { afterProof } from '../../../shared/consent/verify.ts';

const nowMs = Date.parse('2026-03-01T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const at = iso(nowMs);
const tenantId = '52eaad04-13a2-4a2f-9ce8-93a294fadf36';
const evidence: Evidence = { kind: 'gdap', relationshipId: 'r', readAt: at };
const consentIn = (status: ConsentStatus, agoMs = MINUTE_MS): ConsentDoc => ({
  ...noConsent(tenantId, iso(nowMs - agoMs)),
  status,
  evidence,
  nextAttemptAt: at,
});

const explanation = { code: 'x', meaning: 'm', whoActs: 'customer', whatToDo: 'w', retryHelps: false } as const;
const proofs = {
  proven: { kind: 'proven' },
  rolesMissing: { kind: 'rolesMissing', permissions: ['User.Read.All'], explanation },
  notInstalled: { kind: 'notInstalled', explanation },
  unanswered: { kind: 'unanswered', transient: true, explanation, retryAfterMs: undefined },
} satisfies Record<string, Proof>;
type Found = keyof typeof proofs;
const found: readonly Found[] = ['proven', 'rolesMissing', 'notInstalled', 'unanswered'];

/** What is left as it is. */
const same = null;
type Row = readonly [ConsentStatus, Record<Found, ConsentStatus | null>];

describe('an attempt to confirm what somebody granted', () => {
  const untouched = { proven: same, rolesMissing: same, notInstalled: same, unanswered: same };
  const first: readonly Row[] = [
    [
      'ConsentPending',
      {
        proven: 'Granted',
        rolesMissing: 'GrantingApplicationRoles',
        notInstalled: 'ConsentPending',
        unanswered: 'ConsentPending',
      },
    ],
    [
      'GrantingApplicationRoles',
      {
        proven: 'Granted',
        rolesMissing: 'GrantingApplicationRoles',
        notInstalled: 'ConsentPending',
        unanswered: 'ConsentPending',
      },
    ],
    [
      'ConsentFailure',
      {
        proven: 'Granted',
        rolesMissing: 'ConsentFailure',
        notInstalled: 'ConsentFailure',
        unanswered: 'ConsentFailure',
      },
    ],
    ['NotRequested', untouched],
    ['InProgress', untouched],
    ['Granted', untouched],
    ['Revoked', untouched],
    ['UpgradeNeeded', untouched],
  ];
  const becomes = (status: ConsentStatus, kind: Found, attempt: number, proof: Evidence | null = evidence) =>
    afterAttempt(consentIn(status), { proof: proofs[kind], evidence: proof, attempt, nowMs });

  it('is tried in every status', () => {
    expect(first.map(([status]) => status).sort()).toEqual([...consentStatuses].sort());
  });

  it.each(first.flatMap(([status, expected]) => found.map((kind) => [status, kind, expected[kind]] as const)))(
    'SY-28 SY-31 %s and %s at first: %s',
    (status, kind, expected) => {
      expect(becomes(status, kind, 1)?.status ?? null).toBe(expected);
    },
  );

  it.each(found.filter((kind) => kind !== 'proven'))(
    'SY-27 %s at the last patient attempt fails, but for roles',
    (kind) => {
      const expected = kind === 'rolesMissing' ? 'GrantingApplicationRoles' : 'ConsentFailure';
      expect(becomes('ConsentPending', kind, pendingAttempts)?.status).toBe(expected);
      expect(becomes('ConsentPending', kind, pendingAttempts - 1)?.status).not.toBe('ConsentFailure');
    },
  );

  it('SY-27 from ConsentFailure goes on to the next attempt, until there is none', () => {
    let last = 1;
    while (confirmDelayMs(last + 1) !== null) last += 1;
    expect(becomes('ConsentFailure', 'notInstalled', last - 1)?.nextAttemptAt).toBe(at);
    expect(becomes('ConsentFailure', 'notInstalled', last)?.nextAttemptAt).toBeNull();
  });

  it('grants nothing without evidence, and says why', () => {
    expect(becomes('ConsentPending', 'proven', 1, null)).toMatchObject({
      status: 'ConsentPending',
      explanation: { code: 'evidence_ended' },
    });
  });

  it('a grant leaves nothing of the attempts behind', () => {
    expect(becomes('ConsentFailure', 'proven', 20)).toMatchObject({
      attempts: 0,
      nextAttemptAt: null,
      explanation: null,
      grantedAt: at,
      verifiedAt: at,
      statusSince: at,
    });
  });
});

describe('a later look at a consent', () => {
  const quiet = { rolesMissing: same, notInstalled: same, unanswered: same };
  const rows: readonly Row[] = [
    ['Granted', { proven: 'Granted', rolesMissing: 'UpgradeNeeded', notInstalled: 'Revoked', unanswered: same }],
    ['UpgradeNeeded', { proven: 'Granted', rolesMissing: 'UpgradeNeeded', notInstalled: 'Revoked', unanswered: same }],
    // What is on its way, or was never there, is not lost by not being found.
    ['ConsentPending', { proven: 'Granted', ...quiet }],
    ['GrantingApplicationRoles', { proven: 'Granted', ...quiet }],
    ['ConsentFailure', { proven: 'Granted', ...quiet }],
    ['Revoked', { proven: 'Granted', ...quiet }],
    ['NotRequested', { proven: 'Granted', ...quiet }],
    ['InProgress', { proven: 'Granted', ...quiet }],
  ];
  const becomes = (status: ConsentStatus, kind: Found, proof: Evidence | null) =>
    afterProof(consentIn(status), proofs[kind], proof, at);

  it('is tried in every status', () => {
    expect(rows.map(([status]) => status).sort()).toEqual([...consentStatuses].sort());
  });

  it.each(rows.flatMap(([status, expected]) => found.map((kind) => [status, kind, expected[kind]] as const)))(
    'from %s, %s: %s',
    (status, kind, expected) => {
      expect(becomes(status, kind, evidence)?.status ?? null).toBe(expected);
    },
  );

  it.each(consentStatuses)('from %s never grants without evidence', (status) => {
    const looked = becomes(status, 'proven', null);
    if (status === 'Granted' || status === 'UpgradeNeeded')
      expect(looked).toMatchObject({ status, evidence: null, explanation: { code: 'evidence_ended' } });
    else expect(looked).toBeUndefined();
  });

  it('keeps since when it is granted, and the evidence of what was revoked is gone', () => {
    const granted = { ...consentIn('Granted', 1000 * MINUTE_MS), grantedAt: iso(nowMs - 1000 * MINUTE_MS) };
    expect(afterProof(granted, proofs.proven, evidence, at)).toMatchObject({
      statusSince: granted.statusSince,
      grantedAt: granted.grantedAt,
      verifiedAt: at,
    });
    expect(becomes('Granted', 'notInstalled', evidence)).toMatchObject({
      evidence: null,
      nextAttemptAt: null,
      explanation,
    });
  });
});

describe('what time alone changes', () => {
  const patience: readonly (readonly [ConsentStatus, number])[] = [
    ['ConsentPending', 15 * MINUTE_MS],
    ['GrantingApplicationRoles', 45 * MINUTE_MS],
  ];
  it.each(patience)('SY-28 SY-31 %s is stuck after its patience (%i ms), not at it', (status, patienceMs) => {
    const stuck = (passedMs: number) => isStuck(consentIn(status, passedMs), nowMs);
    expect([patienceMs - 1000, patienceMs, patienceMs + 1, patienceMs + 1000].map(stuck)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
  it.each(patience)('%s is not stuck while Tenantry itself waits', (status, patienceMs) => {
    const consent = (notBeforeMs: number) => ({
      ...consentIn(status, 10 * patienceMs),
      automatic: { notBefore: iso(notBeforeMs) },
    });
    expect(isStuck(consent(nowMs - patienceMs), nowMs)).toBe(false);
    expect(isStuck(consent(nowMs - patienceMs - 1), nowMs)).toBe(true);
  });
  it.each(consentStatuses.filter((status) => !patience.some(([waits]) => waits === status)))(
    '%s is never stuck',
    (status) => {
      expect(isStuck(consentIn(status, 1e12), nowMs)).toBe(false);
    },
  );

  it('somebody at Microsoft is waited for an hour, to the millisecond', () => {
    const hourMs = 60 * MINUTE_MS;
    expect(currentConsent(consentIn('InProgress', hourMs - 1), nowMs).status).toBe('InProgress');
    expect(currentConsent(consentIn('InProgress', hourMs), nowMs)).toMatchObject({
      status: 'NotRequested',
      statusSince: at,
    });
  });
  it.each(consentStatuses.filter((status) => status !== 'InProgress'))('%s stays what it is, however old', (status) => {
    expect(currentConsent(consentIn(status, 1e12), nowMs)).toEqual(consentIn(status, 1e12));
  });

  it('the attempts of a failure come after 1, 5, 15 and 60 minutes, then daily, for a month', () => {
    const minutes = (index: number) => (confirmDelayMs(pendingAttempts + index) ?? 0) / MINUTE_MS;
    expect([1, 2, 3, 4, 5, 6, 34].map(minutes)).toEqual([1, 5, 15, 60, 1440, 1440, 1440]);
    expect(confirmDelayMs(pendingAttempts + 35)).toBeNull();
  });
});

describe('any history of attempts and looks', () => {
  const step = fc.record({
    kind: fc.constantFrom(...found),
    look: fc.constantFrom('attempt', 'verify'),
    passedMs: fc.integer({ min: 0, max: 90 * MINUTE_MS }),
    proven: fc.boolean(),
  });
  it('is Granted only by a proof with evidence, and never leaves Granted for a status on its way', () => {
    fc.assert(
      fc.property(fc.constantFrom(...consentStatuses), fc.array(step, { maxLength: 30 }), (status, steps) => {
        let consent = consentIn(status);
        let clockMs = nowMs;
        steps.forEach(({ kind, look, passedMs, proven }, index) => {
          clockMs += passedMs;
          const given = proven ? evidence : null;
          const next =
            look === 'attempt'
              ? afterAttempt(consent, { proof: proofs[kind], evidence: given, attempt: index + 1, nowMs: clockMs })
              : afterProof(consent, proofs[kind], given, iso(clockMs));
          if (!next) return;
          if (next.status === 'Granted' && consent.status !== 'Granted')
            expect([kind, given]).toEqual(['proven', evidence]);
          if (consent.status === 'Granted') expect(isUnconfirmed(next)).toBe(false);
          expect(next.statusSince).toBe(next.status === consent.status ? consent.statusSince : iso(clockMs));
          consent = next;
        });
      }),
      { numRuns: 300 },
    );
  });

  it('statusSince moves with the status and with nothing else', () => {
    const consent = consentIn('ConsentPending');
    expect(withStatus(consent, { attempts: 3 }, at).statusSince).toBe(consent.statusSince);
    expect(withStatus(consent, { status: 'ConsentPending' }, at).statusSince).toBe(consent.statusSince);
    expect(withStatus(consent, { status: 'Granted' }, at).statusSince).toBe(at);
  });
});
