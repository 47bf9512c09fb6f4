// The GDAP status table of states.md, its boundaries, and properties over any history of relationships and groups.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoleProfile } from '../../../shared/access/documents.ts';
import { DAY_MS } from '../../../shared/clock.ts';
import { type GdapDoc, type RelationshipEvidence, relationshipStatuses } from '../../../shared/customers/documents.ts';
import { needsGdap } from '../../../shared/customers/gdap-needs.ts';
import {
  evaluateGdap,
  type GdapReason,
  type GdapStatus,
  GLOBAL_ADMINISTRATOR,
} from '../../../shared/customers/gdap-status.ts';
import type { Readiness } from '../../../shared/customers/readiness.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const privileged = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const application = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
const reader = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451';
const profile: RoleProfile = { allOf: [privileged, application], anyOf: [], orGlobalAdmin: true };
const group = 'a0000000-0000-4000-8000-000000000001';
const otherGroup = 'a0000000-0000-4000-8000-000000000002';
const iso = (ms: number) => new Date(ms).toISOString();

function relationship(change: Partial<RelationshipEvidence> = {}): RelationshipEvidence {
  const roles = change.roles ?? [privileged, application];
  return {
    id: 'r1',
    name: 'Relationship',
    status: 'active',
    etag: '1',
    activatedAt: iso(nowMs - 100 * DAY_MS),
    endAt: iso(nowMs + 100 * DAY_MS),
    autoExtendDuration: 'PT0S',
    roles,
    assignments: [{ id: 'a1', status: 'active', groupId: group, roles }],
    assignmentsReadAt: iso(nowMs),
    ...change,
  };
}

function gdap(relationships: RelationshipEvidence[], change: Partial<GdapDoc> = {}): GdapDoc {
  return {
    id: 'gdap:t',
    type: 'gdap',
    schemaVersion: 1,
    tenantId: 'b0000000-0000-4000-8000-000000000001',
    connectionId: 'c0000000-0000-4000-8000-000000000001',
    applies: true,
    relationships,
    memberOf: [group],
    readAt: iso(nowMs),
    error: null,
    ...change,
  };
}

const evaluate = (doc: GdapDoc | undefined, roles: RoleProfile = profile) =>
  evaluateGdap(doc, roles, { nowMs, thresholdDays: 7 });
const error = { code: 'x', meaning: 'm', whoActs: 'msp' as const, whatToDo: 'w', retryHelps: false };

describe('the status of one customer', () => {
  const rows: [string, GdapDoc | undefined, GdapStatus, GdapReason | null][] = [
    ['single tenant: GDAP does not apply', gdap([], { applies: false }), 'NotApplicable', null],
    ['unreadable relationship data', gdap([relationship()], { error }), 'Error', null],
    ['SY-35 never read', gdap([], { readAt: null }), 'Unknown', null],
    ['SY-35 no document at all', undefined, 'Unknown', null],
    ['read exactly three days ago', gdap([relationship()], { readAt: iso(nowMs - 3 * DAY_MS) }), 'Active', null],
    [
      'SY-35 read a millisecond longer ago than three days',
      gdap([relationship()], { readAt: iso(nowMs - 3 * DAY_MS - 1) }),
      'Unknown',
      'notReadLately',
    ],
    [
      'a single tenant is never read',
      gdap([], { applies: false, readAt: iso(nowMs - 300 * DAY_MS) }),
      'NotApplicable',
      null,
    ],
    [
      'SY-35 its groups could not be read even once',
      gdap([relationship({ assignments: [], assignmentsReadAt: null })]),
      'Unknown',
      null,
    ],
    [
      'SY-35 a role that has ended may be in the one whose groups were never read',
      gdap([relationship({ status: 'expired' }), relationship({ id: 'r2', assignments: [], assignmentsReadAt: null })]),
      'Unknown',
      null,
    ],
    [
      'a role in no relationship is missing, read or not',
      gdap([relationship({ roles: [reader], assignments: [], assignmentsReadAt: null })]),
      'MissingRoles',
      null,
    ],
    ['SY-26 covered for long', gdap([relationship()]), 'Active', null],
    ['SY-26 exactly 7 days left', gdap([relationship({ endAt: iso(nowMs + 7 * DAY_MS) })]), 'Active', null],
    [
      'SY-30 one second less than 7 days',
      gdap([relationship({ endAt: iso(nowMs + 7 * DAY_MS - 1000) })]),
      'Expiring',
      null,
    ],
    ['SY-30 one second left', gdap([relationship({ endAt: iso(nowMs + 1000) })]), 'Expiring', null],
    ['SY-29 the end is now', gdap([relationship({ endAt: iso(nowMs) })]), 'Expired', 'ended'],
    ['SY-29 the end was one second ago', gdap([relationship({ endAt: iso(nowMs - 1000) })]), 'Expired', 'ended'],
    ['SY-29 expiring means past its end date', gdap([relationship({ status: 'expiring' })]), 'Expired', 'ended'],
    ['SY-29 terminated after it was active', gdap([relationship({ status: 'terminated' })]), 'Expired', 'terminated'],
    [
      'SY-29 one required role only in an ended relationship, the other active',
      gdap([
        relationship({ roles: [application] }),
        relationship({ id: 'r2', roles: [privileged], status: 'expired' }),
      ]),
      'Expired',
      'ended',
    ],
    [
      'G1-14 Pending: requested, not approved',
      gdap([relationship({ status: 'approvalPending', activatedAt: null, endAt: null })]),
      'Pending',
      'notApproved',
    ],
    ...(['approved', 'activating'] as const).map((status): (typeof rows)[number] => [
      `Pending: ${status}, so the customer has done their part`,
      gdap([
        relationship({ status: 'approvalPending', activatedAt: null }),
        relationship({ id: 'r2', status, activatedAt: null }),
      ]),
      'Pending',
      'activating',
    ]),
    [
      'Pending: made, but the customer was not asked yet',
      gdap([relationship({ status: 'created', activatedAt: null, endAt: null })]),
      'Pending',
      'notSent',
    ],
    ['SY-32 no relationship', gdap([]), 'Missing', 'neverRequested'],
    [
      'a request that ended without being activated counts as never made',
      gdap([relationship({ status: 'expired', activatedAt: null })]),
      'Missing',
      'neverRequested',
    ],
    [
      'SY-32 only an ended one without any required role',
      gdap([relationship({ status: 'terminated', roles: [reader] })]),
      'Missing',
      'ended',
    ],
    ['SY-33 a required role in no relationship', gdap([relationship({ roles: [application] })]), 'MissingRoles', null],
    ['SY-34 no group is assigned', gdap([relationship({ assignments: [] })]), 'MissingSecurityGroup', 'noGroup'],
    [
      'SY-34 the assignment is not active yet',
      gdap([
        relationship({
          assignments: [{ id: 'a', status: 'pending', groupId: group, roles: [privileged, application] }],
        }),
      ]),
      'MissingSecurityGroup',
      'noGroup',
    ],
    [
      'SY-34 the group lacks the role',
      gdap([relationship({ assignments: [{ id: 'a', status: 'active', groupId: group, roles: [application] }] })]),
      'MissingSecurityGroup',
      'groupLacksRole',
    ],
    [
      'SY-34 the service account is not a member',
      gdap([
        relationship({
          assignments: [{ id: 'a', status: 'active', groupId: otherGroup, roles: [privileged, application] }],
        }),
      ]),
      'MissingSecurityGroup',
      'notMember',
    ],
    [
      'SY-33 Global Administrator alone is enough',
      gdap([relationship({ roles: [GLOBAL_ADMINISTRATOR] })]),
      'Active',
      null,
    ],
    [
      'extends itself: no Expiring',
      gdap([relationship({ endAt: iso(nowMs + DAY_MS), autoExtendDuration: 'P180D' })]),
      'Active',
      null,
    ],
    [
      'does not extend itself with Global Administrator in it',
      gdap([relationship({ roles: [GLOBAL_ADMINISTRATOR], endAt: iso(nowMs + DAY_MS), autoExtendDuration: 'P180D' })]),
      'Expiring',
      null,
    ],
    [
      'a status that Microsoft adds later grants nothing',
      gdap([relationship({ status: 'unknownFutureValue' })]),
      'Pending',
      null,
    ],
  ];
  it.each(rows)('%s', (_title, doc, status, reason) => {
    const evaluation = evaluate(doc);
    expect(evaluation.status).toBe(status);
    expect(evaluation.reason).toBe(reason);
  });

  it('SY-30 SY-33 notes an open request beside what is missing or about to end, and asks for no second one', () => {
    const open = relationship({ id: 'r2', status: 'approvalPending', activatedAt: null, endAt: null });
    const rowOf = (doc: GdapDoc) => ({
      readiness: { gdap: evaluate(doc), ready: false, consent: 'NotRequested', blockers: [] } satisfies Readiness,
      missingSince: null,
    });
    for (const [first, status] of [
      [relationship({ endAt: iso(nowMs + DAY_MS) }), 'Expiring'],
      [relationship({ roles: [reader] }), 'MissingRoles'],
    ] as const) {
      expect(evaluate(gdap([first, open]))).toMatchObject({ status, renewalRequested: true });
      expect(evaluate(gdap([first])).renewalRequested).toBe(false);
      expect([needsGdap(rowOf(gdap([first]))), needsGdap(rowOf(gdap([first, open])))]).toEqual([true, false]);
      expect(needsGdap(rowOf(gdap([first])), status)).toBe(true);
      expect(needsGdap(rowOf(gdap([first])), 'Missing')).toBe(false);
    }
    expect(evaluate(gdap([relationship(), open]))).toMatchObject({ status: 'Active', renewalRequested: false });
  });

  it('SY-29 keeps Expired with a badge while a new request is open', () => {
    const open = relationship({ id: 'r2', status: 'approvalPending', activatedAt: null, endAt: null });
    expect(evaluate(gdap([relationship({ status: 'expired' }), open]))).toMatchObject({
      status: 'Expired',
      renewalRequested: true,
    });
  });

  it('takes for each role the latest end, and the minimum over the roles', () => {
    const long = relationship({ roles: [privileged], endAt: iso(nowMs + 50 * DAY_MS) });
    const short = relationship({ id: 'r2', roles: [privileged, application], endAt: iso(nowMs + 3 * DAY_MS) });
    expect(evaluate(gdap([long, short]))).toMatchObject({ status: 'Expiring', expiresAtMs: nowMs + 3 * DAY_MS });
    const longer = relationship({ id: 'r3', roles: [application], endAt: iso(nowMs + 40 * DAY_MS) });
    expect(evaluate(gdap([long, short, longer]))).toMatchObject({ status: 'Active', expiresAtMs: nowMs + 40 * DAY_MS });
  });

  it('meets anyOf by its longest role', () => {
    const any: RoleProfile = { allOf: [], anyOf: [application, reader], orGlobalAdmin: false };
    const short = relationship({ roles: [application], endAt: iso(nowMs + DAY_MS) });
    const long = relationship({ id: 'r2', roles: [reader], endAt: iso(nowMs + 30 * DAY_MS) });
    expect(evaluate(gdap([short, long]), any)).toMatchObject({ status: 'Active', expiresAtMs: nowMs + 30 * DAY_MS });
  });

  it('asks for nothing but an active relationship where the profile is empty', () => {
    const none: RoleProfile = { allOf: [], anyOf: [], orGlobalAdmin: true };
    expect(evaluate(gdap([relationship({ roles: [reader], assignments: [] })]), none).status).toBe('Active');
    expect(evaluate(gdap([]), none).status).toBe('Missing');
  });
});

const roleIds = fc.subarray([privileged, application, reader, GLOBAL_ADMINISTRATOR]);
const anyRelationship: fc.Arbitrary<RelationshipEvidence> = fc
  .record({
    id: fc.uuid(),
    status: fc.constantFrom(...relationshipStatuses),
    activated: fc.boolean(),
    endDays: fc.option(fc.integer({ min: -20, max: 20 })),
    autoExtendDuration: fc.constantFrom('PT0S', 'P0D', 'P180D'),
    roles: roleIds,
    assignments: fc.array(
      fc.record({
        id: fc.uuid(),
        status: fc.constantFrom('pending', 'active', 'deleting', 'deleted', 'error', 'unknownFutureValue'),
        groupId: fc.constantFrom(group, otherGroup),
        roles: roleIds,
      }),
      { maxLength: 3 },
    ),
  })
  .map(({ activated, endDays, ...rest }) =>
    relationship({
      ...rest,
      activatedAt: activated ? iso(nowMs - DAY_MS) : null,
      endAt: endDays === null ? null : iso(nowMs + endDays * DAY_MS),
    }),
  );
const anyProfile: fc.Arbitrary<RoleProfile> = fc.record({
  allOf: roleIds,
  anyOf: roleIds,
  orGlobalAdmin: fc.boolean(),
});
const anyMembership = fc.subarray([group, otherGroup]);

describe('any history of relationships, groups and memberships', () => {
  it('gives one status that never contradicts its evidence', () => {
    fc.assert(
      fc.property(
        fc.array(anyRelationship, { maxLength: 5 }),
        anyMembership,
        anyProfile,
        (relationships, memberOf, roles) => {
          const { status, roles: evidence, expiresAtMs } = evaluate(gdap(relationships, { memberOf }), roles);
          const states = new Set(evidence.map(({ state }) => state));
          const fine = status === 'Active' || status === 'Expiring';
          if (fine) expect([...states].every((state) => state === 'covered')).toBe(true);
          if (fine) expect(relationships.some((one) => one.status === 'active')).toBe(true);
          if (status === 'Expiring') expect(expiresAtMs).toBeLessThan(nowMs + 7 * DAY_MS);
          if (fine && expiresAtMs !== null) expect(expiresAtMs).toBeGreaterThan(nowMs);
          if (status === 'Expired') expect(states.has('ended')).toBe(true);
          if (status === 'MissingRoles') expect(states.has('absent')).toBe(true);
          if (status === 'MissingSecurityGroup')
            expect(states.has('unusable') && !states.has('absent') && !states.has('ended')).toBe(true);
          if (status === 'Missing' || status === 'Pending') expect(states.has('covered')).toBe(false);
          for (const { state, relationshipId, groupId } of evidence) {
            if (state !== 'covered') continue;
            expect(relationships.find(({ id }) => id === relationshipId)?.status).toBe('active');
            if (groupId) expect(memberOf).toContain(groupId);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order of relationships', () => {
    fc.assert(
      fc.property(
        fc.array(anyRelationship, { maxLength: 5 }),
        anyMembership,
        anyProfile,
        (relationships, memberOf, roles) => {
          const forwards = evaluate(gdap(relationships, { memberOf }), roles);
          const backwards = evaluate(gdap([...relationships].reverse(), { memberOf }), roles);
          expect(backwards.status).toBe(forwards.status);
          expect(backwards.expiresAtMs).toBe(forwards.expiresAtMs);
        },
      ),
    );
  });

  it('never gets worse by one more active, usable relationship with every role', () => {
    fc.assert(
      fc.property(fc.array(anyRelationship, { maxLength: 4 }), anyProfile, (relationships, roles) => {
        const every = relationship({ id: 'every', roles: [privileged, application, reader, GLOBAL_ADMINISTRATOR] });
        expect(evaluate(gdap([...relationships, every]), roles).status).toBe('Active');
      }),
    );
  });
});
