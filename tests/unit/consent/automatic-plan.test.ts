// Who can be consented automatically, from when, and who without being asked for.
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../shared/clock.ts';
import {
  type AutomaticFacts,
  beginsByItself,
  isAmongAll,
  isLost,
  planAutomatic,
} from '../../../shared/consent/automatic/plan.ts';
import type { AutomaticState } from '../../../shared/consent/automatic/state.ts';
import { type ConsentDoc, consentStatuses } from '../../../shared/consent/documents.ts';
import { isStuck, noConsent } from '../../../shared/consent/status.ts';
import { consentStrategies, effectiveStrategy } from '../../../shared/consent/strategy.ts';
import type { CustomerDoc, GdapDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';
import { roleIds } from '../../../shared/customers/roles.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number) => new Date(now + ms).toISOString();
const workspaceId = '11111111-1111-4111-8111-111111111111';
const tenantId = '52eaad04-13a2-4a2f-9ce8-93a294fadf36';
const connectionId = '22222222-2222-4222-8222-222222222222';
const group = '33333333-3333-4333-8333-333333333333';
const { privilegedRoleAdministrator: PRA, applicationAdministrator: AA, globalAdministrator: GA } = roleIds;

const relationship = (change: Partial<RelationshipEvidence> = {}): RelationshipEvidence => {
  const roles = change.roles ?? [PRA, AA];
  return {
    id: randomUUID(),
    name: 'R',
    status: 'active',
    etag: 'e',
    activatedAt: iso(-10 * DAY_MS),
    endAt: iso(300 * DAY_MS),
    autoExtendDuration: 'PT0S',
    roles,
    assignments: [{ id: randomUUID(), status: 'active', groupId: group, roles }],
    assignmentsReadAt: iso(0),
    ...change,
  };
};
const gdap = (relationships: RelationshipEvidence[], change: Partial<GdapDoc> = {}): GdapDoc => ({
  id: `gdap:${tenantId}`,
  type: 'gdap',
  schemaVersion: 1,
  tenantId,
  connectionId,
  applies: true,
  relationships,
  memberOf: [group],
  readAt: iso(0),
  error: null,
  ...change,
});
const customer: CustomerDoc = {
  id: `customer:${tenantId}`,
  type: 'customer',
  schemaVersion: 1,
  tenantId,
  connectionId,
  name: 'Adatum',
  domain: null,
  sources: ['gdap'],
  firstSeenAt: iso(0),
  missingSince: null,
};
const consent = (change: Partial<ConsentDoc>): ConsentDoc => ({ ...noConsent(tenantId, iso(0)), ...change });
const tenantry = { kind: 'tenantry' } as const;
const connected = { kind: 'microsoft_csp', state: 'Connected', tenantId: workspaceId, app: tenantry } as const;
const facts = (change: Partial<AutomaticFacts> = {}): AutomaticFacts => ({
  workspaceId,
  customer,
  gdap: gdap([relationship()]),
  consent: undefined,
  connection: connected,
  settings: { consentStrategy: 'automatic' },
  nowMs: now,
  ...change,
});
const state = (change: Partial<AutomaticState> = {}): AutomaticState => ({
  runId: randomUUID(),
  step: 'ended',
  attempt: 1,
  dueAt: iso(0),
  notBefore: null,
  looks: 0,
  failures: 1,
  withdrawals: 0,
  authorised: false,
  next: 'ended',
  nextAt: null,
  stoppedFor: null,
  residue: false,
  startedAt: iso(0),
  startedBy: 'tenantry',
  batchId: null,
  ...change,
});

describe('who can', () => {
  it('begins at once where the roles have been there for a while', () => {
    expect(planAutomatic(facts())).toEqual({ may: true, notBeforeMs: null });
  });
  it.each<[string, Partial<AutomaticFacts>, string]>([
    ['GDAP was never read', { gdap: undefined }, 'automatic_gdap'],
    [
      'there is no active relationship',
      { gdap: gdap([relationship({ status: 'approvalPending' })]) },
      'automatic_gdap',
    ],
    ['its end has come', { gdap: gdap([relationship({ endAt: iso(0) })]) }, 'automatic_gdap'],
    ['GDAP could not be read', { gdap: gdap([], { readAt: null }) }, 'automatic_gdap'],
    ['a role is not in the relationship', { gdap: gdap([relationship({ roles: [AA] })]) }, 'automatic_roles'],
    ['the account is not in the group', { gdap: gdap([relationship()], { memberOf: [] }) }, 'automatic_roles'],
    ['nobody is connected', { connection: undefined }, 'automatic_connection'],
    [
      'the connection needs a sign-in',
      { connection: { ...connected, state: 'ReauthRequired' } },
      'automatic_connection',
    ],
    ['the connection is being removed', { connection: { ...connected, state: 'Removing' } }, 'automatic_connection'],
    ['it is a single tenant', { connection: { ...connected, kind: 'microsoft_single' } }, 'automatic_single'],
    ['GDAP does not apply', { gdap: gdap([], { applies: false }) }, 'automatic_single'],
    ["it is the workspace's own tenant", { workspaceId: tenantId }, 'automatic_own_tenant'],
    ["it is the connection's own tenant", { connection: { ...connected, tenantId } }, 'automatic_own_tenant'],
    [
      'the app is their own',
      { connection: { ...connected, app: { kind: 'own', clientId: null } } },
      'automatic_own_app',
    ],
    ['it is no customer any more', { customer: { ...customer, missingSince: iso(-1) } }, 'automatic_gone'],
    ['nobody shall', { consent: consent({ strategy: 'none' }) }, 'automatic_excluded'],
    ['the workspace says nobody shall', { settings: { consentStrategy: 'none' } }, 'automatic_excluded'],
    ['it is granted', { consent: consent({ status: 'Granted' }) }, 'automatic_granted'],
    ['it is pending', { consent: consent({ status: 'ConsentPending' }) }, 'automatic_under_way'],
    ['roles are being granted', { consent: consent({ status: 'GrantingApplicationRoles' }) }, 'automatic_under_way'],
    [
      'a confirmation is tried again',
      { consent: consent({ status: 'ConsentFailure', method: 'customerAdmin', nextAttemptAt: iso(1) }) },
      'automatic_under_way',
    ],
  ])('refuses where %s', (_, change, why) => {
    expect(planAutomatic(facts(change))).toEqual({ may: false, why });
  });
  it('lets a person start a failed one anew, also while its next try waits', () => {
    const waiting = consent({ status: 'ConsentFailure', method: 'automatic', nextAttemptAt: iso(DAY_MS) });
    expect(planAutomatic(facts({ consent: waiting })).may).toBe(true);
  });
  it('takes Global Administrator, or Cloud Application Administrator, for what it is', () => {
    expect(planAutomatic(facts({ gdap: gdap([relationship({ roles: [GA] })]) })).may).toBe(true);
    const cloud = relationship({ roles: [PRA, roleIds.cloudApplicationAdministrator] });
    expect(planAutomatic(facts({ gdap: gdap([cloud]) })).may).toBe(true);
  });
});

describe('a fresh relationship', () => {
  it.each([
    [0, 15 * MINUTE_MS],
    [-14 * MINUTE_MS, MINUTE_MS],
    [-15 * MINUTE_MS + 1, 1],
    [-15 * MINUTE_MS, null],
    [-16 * MINUTE_MS, null],
  ])('that became active %i ms from now is used after %s ms', (activatedMs, afterMs) => {
    const plan = planAutomatic(facts({ gdap: gdap([relationship({ activatedAt: iso(activatedMs) })]) }));
    expect(plan).toEqual({ may: true, notBeforeMs: afterMs === null ? null : now + afterMs });
  });
  it('does not hold up what an older one covers, and does where it alone brings a role', () => {
    const old = relationship();
    const renewal = relationship({ activatedAt: iso(-MINUTE_MS) });
    expect(planAutomatic(facts({ gdap: gdap([renewal, old]) }))).toEqual({ may: true, notBeforeMs: null });
    const part = relationship({ roles: [AA] });
    expect(planAutomatic(facts({ gdap: gdap([renewal, part]) }))).toEqual({
      may: true,
      notBeforeMs: now + 14 * MINUTE_MS,
    });
  });
  it('is waited for without being stuck', () => {
    const pending = consent({ status: 'ConsentPending', statusSince: iso(0) });
    const waiting = { ...pending, automatic: state({ notBefore: iso(15 * MINUTE_MS) }) };
    expect(isStuck(pending, now + 16 * MINUTE_MS)).toBe(true);
    expect(isStuck(waiting, now + 16 * MINUTE_MS)).toBe(false);
    expect(isStuck(waiting, now + 30 * MINUTE_MS + 1)).toBe(true);
  });
});

describe('what begins by itself', () => {
  it.each(consentStatuses)('where the workspace says so, of %s only what nobody has tried', (status) => {
    expect(beginsByItself(facts({ consent: consent({ status, permissionSet: 1_000 }) }))).toBe(
      status === 'NotRequested',
    );
  });
  it('is what was never seen before', () => {
    expect(beginsByItself(facts())).toBe(true);
  });
  it('is an upgrade to a newer set of permissions, not one that the customer has cut down', () => {
    const upgrade = (permissionSet: number) => consent({ status: 'UpgradeNeeded', permissionSet });
    expect(beginsByItself(facts({ consent: upgrade(0) }))).toBe(true);
    expect(beginsByItself(facts({ consent: upgrade(1_000) }))).toBe(false);
  });
  it.each(consentStrategies)("is none where the customer's own strategy is another than automatic: %s", (strategy) => {
    expect(beginsByItself(facts({ consent: consent({ strategy }) }))).toBe(strategy === 'automatic');
    const byDefault = { settings: { consentStrategy: strategy } };
    expect(beginsByItself(facts(byDefault))).toBe(strategy === 'automatic');
    const own = { ...byDefault, consent: consent({ strategy: 'automatic' as const }) };
    expect(beginsByItself(facts(own))).toBe(true);
  });
  it('is what had stopped for GDAP or the connection, once that is back, whatever the strategy', () => {
    const settings = { consentStrategy: 'customerAdmin' as const };
    const stopped = (stoppedFor: AutomaticState['stoppedFor']) =>
      consent({ status: 'ConsentFailure', method: 'automatic', automatic: state({ stoppedFor }) });
    expect(beginsByItself(facts({ settings, consent: stopped('gdap') }))).toBe(true);
    expect(beginsByItself(facts({ settings, consent: stopped('connection') }))).toBe(true);
    expect(beginsByItself(facts({ settings, consent: stopped(null) }))).toBe(false);
    expect(beginsByItself(facts({ settings, consent: stopped('gdap'), gdap: gdap([]) }))).toBe(false);
  });
  it('is nothing that cannot work', () => {
    expect(beginsByItself(facts({ gdap: gdap([]) }))).toBe(false);
  });
});

describe('all that can', () => {
  it.each<[Partial<ConsentDoc>, boolean]>([
    [{}, true],
    [{ strategy: 'automatic' }, true],
    [{ strategy: null }, true],
    [{ strategy: 'customerAdmin' }, false],
    [{ strategy: 'gdapAccount' }, false],
    [{ strategy: 'none' }, false],
    [{ status: 'Revoked' }, false],
    [{ status: 'UpgradeNeeded' }, true],
    [{ status: 'ConsentFailure' }, true],
    [{ status: 'InProgress' }, true],
    [{ status: 'Granted' }, false],
  ])('of %j: %s', (change, among) => {
    const settings = { consentStrategy: 'customerAdmin' as const };
    expect(isAmongAll(facts({ settings, consent: consent(change) }))).toBe(among);
  });
  it('is the customer with nothing stored yet too', () => {
    expect(isAmongAll(facts())).toBe(true);
    expect(effectiveStrategy(undefined, { consentStrategy: 'automatic' })).toBe('automatic');
  });
});

describe('a message that never came', () => {
  it.each<[Partial<AutomaticState>, boolean]>([
    [{ step: 'install', dueAt: iso(-30 * MINUTE_MS) }, false],
    [{ step: 'install', dueAt: iso(-30 * MINUTE_MS - 1) }, true],
    [{ step: 'withdraw', dueAt: iso(-DAY_MS) }, true],
    [{ step: 'ended', dueAt: iso(-DAY_MS) }, false],
    [{ step: 'authorise', dueAt: iso(DAY_MS) }, false],
  ])('of %j: %s', (change, lost) => {
    expect(isLost(consent({ automatic: state(change) }), now)).toBe(lost);
  });
});
