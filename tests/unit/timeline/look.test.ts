// What one look at a customer tells: each cause of loss, each threshold, each step of a consent, and that nothing is told twice.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { DAY_MS, HOUR_MS } from '../../../shared/clock.ts';
import { type ConsentDoc, consentStatuses } from '../../../shared/consent/documents.ts';
import { noConsent } from '../../../shared/consent/status.ts';
import type { CustomerDoc, GdapDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';
import { readinessOf } from '../../../shared/customers/readiness.ts';
import type { SyncRowDoc } from '../../../shared/sync/documents.ts';
import type { AccessFacts } from '../../../shared/timeline/causes.ts';
import { type AccessDoc, newAccess } from '../../../shared/timeline/documents.ts';
import { lookAt } from '../../../shared/timeline/look.ts';

const tenantId = '22222222-2222-4222-8222-222222222222';
const connectionId = '33333333-3333-4333-8333-333333333333';
const startMs = Date.parse('2026-03-01T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();
const roles = defaultSettings.roleProfile.allOf;
const group = 'a0000000-0000-4000-8000-000000000001';
const explanation = (code: string) =>
  ({ code, meaning: 'm', whoActs: 'customer', whatToDo: 'w', retryHelps: false }) as const;

function relationship(change: Partial<RelationshipEvidence> = {}): RelationshipEvidence {
  return {
    id: 'r1',
    name: 'First',
    status: 'active',
    etag: '1',
    createdAt: iso(startMs - 101 * DAY_MS),
    activatedAt: iso(startMs - 100 * DAY_MS),
    endAt: iso(startMs + 400 * DAY_MS),
    autoExtendDuration: 'PT0S',
    roles,
    assignments: [{ id: 'a1', status: 'active', groupId: group, roles }],
    assignmentsReadAt: iso(startMs),
    ...change,
  };
}

interface Scene {
  nowMs?: number;
  customer?: Partial<CustomerDoc>;
  relationships?: RelationshipEvidence[];
  gdap?: Partial<GdapDoc>;
  consent?: Partial<ConsentDoc> | null;
  sync?: Partial<SyncRowDoc> | null;
  connection?: AccessFacts['connection'];
}

const base = { schemaVersion: 1, tenantId } as const;
const evidence = { kind: 'gdap', relationshipId: 'r1', readAt: iso(startMs) } as const;

/** A customer in order, with what the scene changes. */
function facts(scene: Scene = {}): AccessFacts {
  const { nowMs = startMs, relationships = [relationship()] } = scene;
  const customer: CustomerDoc = {
    ...base,
    id: `customer:${tenantId}`,
    type: 'customer',
    connectionId,
    name: 'Contoso',
    domain: null,
    sources: ['gdap'],
    firstSeenAt: iso(startMs - DAY_MS),
    missingSince: null,
    ...scene.customer,
  };
  const gdap: GdapDoc = {
    ...base,
    id: `gdap:${tenantId}`,
    type: 'gdap',
    connectionId,
    applies: true,
    relationships,
    memberOf: [group],
    readAt: iso(nowMs),
    error: null,
    ...scene.gdap,
  };
  const granted = { status: 'Granted', method: 'gdapAccount', evidence, grantedAt: iso(startMs - HOUR_MS) } as const;
  const consent: ConsentDoc | undefined =
    scene.consent === null ? undefined : { ...noConsent(tenantId, iso(startMs)), ...granted, ...scene.consent };
  const sync: SyncRowDoc | undefined =
    scene.sync === null
      ? undefined
      : {
          ...base,
          id: `sync:${tenantId}`,
          type: 'sync',
          status: 'Success',
          statusSince: iso(startMs),
          explanation: null,
          firstSyncedAt: iso(startMs),
          counts: null,
          unlicensed: [],
          ...scene.sync,
        };
  const { roleProfile: profile, expiringThresholdDays: thresholdDays } = defaultSettings;
  const readiness = readinessOf({ gdap, consent, profile, nowMs, thresholdDays });
  const connection = scene.connection ?? { state: 'Connected', name: 'Northwind' };
  return { customer, gdap, consent, sync, connection, readiness, nowMs };
}

/** One look after the other; gives what each told, and what is remembered at the end. */
function looks(...scenes: Scene[]): { told: string[][]; steps: Record<string, unknown>[][]; access: AccessDoc } {
  let access = newAccess(tenantId);
  const steps = scenes.map((scene) => {
    const found = lookAt(access, facts(scene));
    if (found) access = { ...found.access, sequence: access.sequence + found.steps.length };
    return found ? found.steps.map((step) => ({ ...step })) : [];
  });
  return { told: steps.map((each) => each.map(({ kind }) => kind)), steps, access };
}

const lost = (...scenes: Scene[]) => {
  const { steps } = looks({}, ...scenes);
  return steps.map((each) => each.filter(({ kind }) => kind === 'access.lost').map(({ details }) => details));
};

describe('the first look', () => {
  it('takes stock: what was before is entered with its own times and told as no event, that it is Ready as one', () => {
    const { steps, access } = looks({});
    expect(steps[0]?.map(({ kind, at, publish }) => [kind, at, publish])).toEqual([
      ['customer.found', iso(startMs - DAY_MS), undefined],
      ['gdap.requested', iso(startMs - 101 * DAY_MS), false],
      ['gdap.approved', iso(startMs - 100 * DAY_MS), false],
      ['consent.granted', iso(startMs - HOUR_MS), false],
      ['access.gained', iso(startMs), undefined],
    ]);
    expect(access).toMatchObject({ haveSince: iso(startMs - HOUR_MS), losses: [] });
  });

  it('tells nothing at the next while nothing changes, whatever time it is', () => {
    expect(looks({}, {}, { nowMs: startMs + 300 * DAY_MS }).told.slice(1)).toEqual([[], []]);
  });

  it('tells of no loss where there never was access, and of one where there was', () => {
    expect(looks({ relationships: [], consent: null, sync: null }).told[0]).toEqual(['customer.found']);
    expect(looks({ consent: { status: 'Revoked' } }).told[0]).toContain('access.lost');
  });
});

describe('lost access', () => {
  const ended = relationship({ status: 'terminated' });
  const authError = (code: string): Scene => ({ sync: { status: 'AuthError', explanation: explanation(code) } });
  const causes: [string, string, Scene][] = [
    ['a relationship that was terminated', 'relationshipEnded', { relationships: [ended] }],
    ['one that is past its end', 'relationshipEnded', { nowMs: startMs + 400 * DAY_MS }],
    ['one that is gone', 'relationshipEnded', { relationships: [] }],
    ['a customer that no list names', 'relationshipEnded', { customer: { missingSince: iso(startMs) } }],
    ['evidence that has ended', 'relationshipEnded', { consent: { evidence: null } }],
    ['a role taken away', 'relationshipChanged', { relationships: [relationship({ roles: roles.slice(1) })] }],
    ['a group that the account left', 'relationshipChanged', { gdap: { memberOf: [] } }],
    ['a consent that was revoked', 'appRemoved', { consent: { status: 'Revoked', evidence: null } }],
    ['AADSTS700016: the app is not there', 'appRemoved', authError('AADSTS700016')],
    ['AADSTS7000112: switched off', 'appRemoved', authError('AADSTS7000112')],
    ['a consent without all permissions', 'permissionsMissing', { consent: { status: 'UpgradeNeeded' } }],
    ['Authorization_RequestDenied', 'permissionsMissing', authError('Authorization_RequestDenied')],
    ['AADSTS7000222: the secret has expired', 'tokenDead', authError('AADSTS7000222')],
    ['a token that Graph refuses', 'tokenDead', authError('InvalidAuthenticationToken')],
    ['a connection to sign in to again', 'tokenDead', { connection: { state: 'ReauthRequired', name: 'N' } }],
    ['a connection that failed', 'tokenDead', { connection: { state: 'AuthFailed', name: 'N' } }],
    ['AADSTS650052: the service is not subscribed', 'licenceMissing', authError('AADSTS650052')],
    [
      'an unknown code that the deployment must mend',
      'tokenDead',
      {
        sync: { status: 'AuthError', explanation: { ...explanation('AADSTS1'), whoActs: 'tenantry' } },
      },
    ],
    ['an unknown code that the customer must mend', 'appRemoved', authError('AADSTS1')],
  ];

  it.each(causes)('by %s is told once as %s', (_what, cause, scene) => {
    const later = { ...scene, nowMs: (scene.nowMs ?? startMs) + HOUR_MS };
    expect(lost(scene, later)).toMatchObject([[], [{ cause }], []]);
  });

  it.each<[string, Scene]>([
    ['GDAP could not be read', { gdap: { error: explanation('x') } }],
    ['GDAP was never read', { gdap: { readAt: null } }],
    ['a relationship is to end within a day', { nowMs: startMs + 399.5 * DAY_MS }],
    ['a sync failed in passing', { sync: { status: 'Pending', explanation: explanation('TooManyRequests') } }],
    ['somebody signs in to the connection anew', { connection: { state: 'Authorizing', name: 'N' } }],
  ])('is not told while %s', (_what, scene) => {
    expect(lost(scene).flat()).toEqual([]);
  });

  it('is told anew where its cause gives way to another, not where another joins it', () => {
    const dead: Scene = { connection: { state: 'ReauthRequired', name: 'N' } };
    expect(lost(dead, { ...dead, relationships: [] }, { relationships: [] })).toMatchObject([
      [],
      [{ cause: 'tokenDead' }],
      [],
      [{ cause: 'relationshipEnded' }],
    ]);
  });

  it('is over with what had been lost and since when', () => {
    const { steps, access } = looks({}, { consent: { status: 'Revoked' } }, { nowMs: startMs + HOUR_MS });
    expect(steps[2]?.at(-1)).toMatchObject({
      kind: 'access.regained',
      details: { cause: 'appRemoved', lostAt: iso(startMs) },
    });
    expect(access).toMatchObject({ haveSince: iso(startMs + HOUR_MS), losses: [] });
  });

  it('of one kind of data is told beside the rest, which goes on', () => {
    const { steps, access } = looks({}, { sync: { unlicensed: ['signIns'] } }, { sync: { unlicensed: ['signIns'] } });
    expect(steps[1]).toMatchObject([
      { kind: 'access.lost', subject: 'signIns', details: { cause: 'licenceMissing', dataset: 'signIns' } },
    ]);
    expect(steps[2]).toEqual([]);
    expect(access.haveSince).not.toBeNull();
    expect(looks({}, { sync: { unlicensed: ['signIns'] } }, {}).told[2]).toEqual(['access.regained']);
  });
});

describe('the end that comes', () => {
  const endMs = startMs + 400 * DAY_MS;
  const at = (daysBefore: number, moreMs = 0): Scene => ({ nowMs: endMs - daysBefore * DAY_MS + moreMs });
  it.each<[string, Scene[], (number | undefined)[]]>([
    ['exactly 30 days before: not yet', [at(30)], [undefined]],
    ['a millisecond later', [at(30, 1)], [30]],
    [
      'each span once',
      [at(29), at(20), at(7), at(7, 1), at(6), at(1), at(1, 1), at(0.5)],
      [30, undefined, undefined, 7, undefined, undefined, 1, undefined],
    ],
    ['the shortest alone where the others were missed', [at(0.5)], [1]],
    ['no warning of an end that is over', [at(0)], [undefined]],
  ])('SY-30 %s', (_what, scenes, days) => {
    const { steps } = looks({}, ...scenes);
    const warned = steps
      .slice(1)
      .map((each) => each.find(({ kind }) => kind === 'gdap.expiring')?.['details'])
      .map((details) => (details === undefined ? undefined : Object(details).days));
    expect(warned).toEqual(days);
  });

  it('is told anew when the end has moved', () => {
    const renewed = { ...at(5), relationships: [relationship({ endAt: iso(endMs + 10 * DAY_MS) })] };
    expect(
      looks({}, at(6), renewed)
        .told.slice(1)
        .map((kinds) => kinds.includes('gdap.expiring')),
    ).toEqual([true, true]);
  });

  it('is none where a relationship extends itself', () => {
    const extending = { ...at(3), relationships: [relationship({ autoExtendDuration: 'P180D' })] };
    expect(looks({ relationships: extending.relationships }, extending).told[1]).toEqual([]);
  });
});

describe('GDAP and consent', () => {
  const request = relationship({ id: 'r2', name: 'Second', status: 'approvalPending', activatedAt: null });
  it('SY-32 a request, its approval and its end are told with the relationship', () => {
    const approved = { ...request, status: 'active' as const, activatedAt: iso(startMs) };
    const over = { ...approved, status: 'expired' as const };
    const both = (second: RelationshipEvidence): Scene => ({ relationships: [relationship(), second] });
    const { told, steps } = looks({}, both(request), both(approved), both(over));
    expect(told.slice(1)).toEqual([['gdap.requested'], ['gdap.approved'], ['gdap.ended']]);
    expect(steps[3]?.[0]).toMatchObject({ subject: 'r2', details: { name: 'Second', approved: true } });
  });

  it('a request that lapsed ended without having been approved', () => {
    const { steps } = looks({}, { relationships: [relationship(), request] }, {});
    expect(steps[2]?.[0]).toMatchObject({ kind: 'gdap.ended', details: { approved: false, status: 'gone' } });
  });

  it('SY-27 SY-28 SY-31 a consent is given, fails once for one reason, and is granted', () => {
    const failed = (code: string): Scene => ({
      consent: { status: 'ConsentFailure', explanation: explanation(code) },
      sync: null,
    });
    const pending: Scene = { consent: { status: 'ConsentPending' }, sync: null };
    const { told } = looks(
      { consent: null, sync: null },
      pending,
      failed('AADSTS65001'),
      pending,
      failed('AADSTS65001'),
      failed('AADSTS90002'),
      { consent: { status: 'GrantingApplicationRoles' }, sync: null },
      {},
    );
    expect(told.slice(1)).toEqual([
      ['consent.given'],
      ['consent.failed'],
      [],
      [],
      ['consent.failed'],
      [],
      ['consent.granted', 'access.gained'],
    ]);
  });

  it('names who granted: the customer’s administrator, or Tenantry itself', () => {
    const admin = {
      kind: 'adminSignIn',
      objectId: '55555555-5555-4555-8555-555555555555',
      username: 'ada@contoso.com',
      roles: [] as string[],
      at: iso(startMs),
    } as const;
    const granter = (consent: Partial<ConsentDoc>) =>
      looks({ consent: null, sync: null }, { consent }).steps[1]?.find(({ kind }) => kind === 'consent.granted')?.[
        'by'
      ];
    expect(granter({ evidence: admin, method: 'customerAdmin' })).toMatchObject({ name: 'ada@contoso.com' });
    expect(granter({ method: 'automatic' })).toMatchObject({ id: 'tenantry' });
  });
});

describe('any history', () => {
  const scene: fc.Arbitrary<Scene> = fc.record({
    nowMs: fc.integer({ min: 0, max: 500 }).map((days) => startMs + days * DAY_MS),
    relationships: fc.array(
      fc
        .record({ id: fc.constantFrom('r1', 'r2'), status: fc.constantFrom('active', 'expired', 'approvalPending') })
        .map((change) => relationship({ ...change, status: change.status as RelationshipEvidence['status'] })),
      { maxLength: 2 },
    ),
    consent: fc.record({ status: fc.constantFrom(...consentStatuses) }),
    sync: fc.record({
      status: fc.constantFrom('Success', 'AuthError', 'Paused'),
      explanation: fc.constantFrom(null, explanation('AADSTS700016')),
      unlicensed: fc.subarray(['signIns', 'users']),
    }) as fc.Arbitrary<Partial<SyncRowDoc>>,
    connection: fc.constantFrom(
      { state: 'Connected', name: 'N' } as const,
      { state: 'ReauthRequired', name: 'N' } as const,
    ),
  });

  it('is told so that lost and regained take turns, and a second look at the same tells nothing', () => {
    fc.assert(
      fc.property(fc.array(scene, { minLength: 1, maxLength: 12 }), (scenes) => {
        let access = newAccess(tenantId);
        let state: 'none' | 'have' | 'lost' = 'none';
        for (const each of scenes) {
          const found = lookAt(access, facts(each));
          const steps = (found?.steps ?? []).filter(({ kind, subject }) => kind.startsWith('access.') && !subject);
          // A customer that was granted access before the first look had it, though that look cannot tell.
          if (access.told === null && found?.access.haveSince && steps.length === 0) state = 'have';
          if (found) access = found.access;
          expect(lookAt(access, facts(each))).toBeUndefined();
          for (const { kind } of steps) {
            if (kind === 'access.gained') expect(state).toBe('none');
            if (kind === 'access.regained') expect(state).toBe('lost');
            if (kind === 'access.gained' || kind === 'access.regained') state = 'have';
            if (kind === 'access.lost') state = 'lost';
          }
          const whole = access.losses.filter(({ dataset }) => dataset === null);
          expect(whole.length).toBe(state === 'lost' ? 1 : 0);
          expect(access.haveSince !== null).toBe(state === 'have');
        }
      }),
    );
  });
});
