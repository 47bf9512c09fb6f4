// The report of one customer's GDAP: evidence by name, what can be done about each relationship, which group is proposed.
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../shared/clock.ts';
import type { GdapDoc, PartnerGroupsDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';
import { gdapReport } from '../../../shared/customers/gdap-report.ts';
import { rolePresets } from '../../../shared/customers/role-presets.ts';
import { roleIds } from '../../../shared/customers/roles.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const tenantId = 'b0000000-0000-4000-8000-000000000001';
const connectionId = 'c0000000-0000-4000-8000-000000000001';
const { profile } = rolePresets.gradient;
const roles = [...profile.allOf];

function relationship(change: Partial<RelationshipEvidence> = {}): RelationshipEvidence {
  return {
    id: 'r1',
    name: 'One',
    status: 'active',
    etag: '1',
    activatedAt: iso(nowMs - DAY_MS),
    endAt: iso(nowMs + 300 * DAY_MS),
    autoExtendDuration: 'PT0S',
    roles,
    assignments: [],
    assignmentsReadAt: iso(nowMs),
    ...change,
  };
}

function reportOf(
  relationships: RelationshipEvidence[],
  own: [id: string, name: string][] = [],
  memberOf: string[] = [],
) {
  const gdap: GdapDoc = {
    id: `gdap:${tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId,
    connectionId,
    applies: true,
    relationships,
    memberOf,
    readAt: iso(nowMs),
    error: null,
  };
  const groups: PartnerGroupsDoc = {
    id: `partnerGroups:${connectionId}`,
    type: 'partnerGroups',
    schemaVersion: 1,
    connectionId,
    own: own.map(([id, name]) => ({ id, name })),
    others: [{ id: 'gone', name: null }],
  };
  return gdapReport({
    customer: { tenantId },
    gdap,
    groups,
    profile,
    nowMs,
    thresholdDays: 7,
    adminOrigin: 'https://admin.example',
  });
}

describe('what would mend it', () => {
  const proposed = (own: [string, string][], change: Partial<RelationshipEvidence> = {}) =>
    reportOf([relationship(change)], own).proposal;

  it('SP-08 proposes the group that is for GDAP, not one for another role, never the agents of Partner Center', () => {
    const own: [string, string][] = [
      ['a', 'AdminAgents'],
      ['b', 'GDAP - Application Administrator'],
      ['c', 'GDAP Lifecycle Manager'],
      ['d', 'Sales'],
    ];
    expect(proposed(own)).toMatchObject({ groupId: 'c', choices: [{ id: 'b' }, { id: 'c' }, { id: 'd' }] });
  });

  it('SY-34 has no group to propose where the account is in none', () => {
    expect(proposed([])).toMatchObject({ groupId: null, choices: [] });
    expect(proposed([['a', 'AdminAgents']])).toMatchObject({ groupId: null });
  });

  it('proposes nothing where nothing active has the roles, or only what Microsoft lets nobody change', () => {
    expect(proposed([['c', 'GDAP']], { status: 'terminated' })).toBeNull();
    expect(proposed([['c', 'GDAP']], { roles: [roleIds.globalReader] })).toBeNull();
    expect(proposed([['c', 'GDAP']], { name: 'MLT_transition' })).toBeNull();
  });
});

describe('each relationship', () => {
  it('has an approval link only while it waits for the customer', () => {
    const links = (['created', 'approvalPending', 'approved', 'active', 'expired'] as const).map(
      (status) => reportOf([relationship({ status })]).relationships[0]?.approvalLink,
    );
    expect(links).toEqual([null, expect.stringContaining('r1'), null, null, null]);
  });

  it.each<[string, Partial<RelationshipEvidence>, string]>([
    ['is off where it could be on', {}, 'off'],
    ['is on', { autoExtendDuration: 'P180D' }, 'on'],
    ['is not allowed with Global Administrator', { roles: [roleIds.globalAdministrator] }, 'notAllowed'],
    ['is nothing for a request', { status: 'approvalPending', activatedAt: null, endAt: null }, 'notNow'],
    ['is nothing for what Microsoft made', { name: 'MLT_transition' }, 'notNow'],
  ])('auto-extend %s', (_words, change, expected) => {
    expect(reportOf([relationship(change)]).relationships[0]?.autoExtend).toBe(expected);
  });

  it('SY-34 names its groups, and says which are deleted and which hold the account', () => {
    const assigned = (groupId: string) => ({ id: groupId, status: 'active' as const, groupId, roles });
    const assignments = ['mine', 'gone', 'unknown'].map(assigned);
    const report = reportOf([relationship({ assignments })], [['mine', 'GDAP']], ['mine']);
    expect(report.relationships[0]?.assignments.map(({ group }) => group)).toEqual([
      { id: 'mine', name: 'GDAP', member: true },
      { id: 'gone', name: null, member: false },
      { id: 'unknown', name: 'unknown', member: false },
    ]);
    expect(report.required.map(({ group }) => group?.name)).toEqual(['GDAP', 'GDAP']);
    expect(report.moving).toBe(false);
  });
});
