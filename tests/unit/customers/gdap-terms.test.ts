// The terms of a relationship: names, durations, auto-extend; and the calendar with its boundaries.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoleProfile } from '../../../shared/access/documents.ts';
import { DAY_MS } from '../../../shared/clock.ts';
import type { GdapDoc, RelationshipEvidence } from '../../../shared/customers/documents.ts';
import { gdapCalendar, spanOf } from '../../../shared/customers/gdap-calendar.ts';
import {
  approvalLink,
  autoExtendFor,
  durationDays,
  isOwnName,
  relationshipName,
} from '../../../shared/customers/gdap-terms.ts';
import { roleIds } from '../../../shared/customers/roles.ts';

const tenantId = 'b0000000-0000-4000-8000-000000000001';

describe('the name of a request', () => {
  it('says whose it is, and differs by customer and by number', () => {
    expect(relationshipName({ tenantId, name: 'Contoso Bakery' }, 1)).toBe('Tenantry Contoso Bakery b0000000-1');
    expect(relationshipName({ tenantId, name: 'Contoso Bakery' }, 2)).toBe('Tenantry Contoso Bakery b0000000-2');
  });

  it('never has more than 50 characters or half a character, and never begins as Microsoft’s own do', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 1, max: 5000 }),
        (name, ordinal) => {
          const built = relationshipName({ tenantId, name }, ordinal);
          expect(built.length).toBeLessThanOrEqual(50);
          expect(built.isWellFormed()).toBe(true);
          expect(built).not.toMatch(/\s\s|^\s|\s$/);
          expect(isOwnName(built)).toBe(true);
          expect(built.endsWith(`b0000000-${ordinal}`)).toBe(true);
        },
      ),
    );
  });
});

describe('duration and auto-extend', () => {
  it.each<[string, number | null]>([
    ['P1D', 1],
    ['P2Y', 730],
    ['P730D', 730],
    ['P24M', 720],
    ['P731D', null],
    ['P3Y', null],
    ['P0D', null],
    ['PT1H', null],
    ['P1Y6M', null],
    ['', null],
  ])('%s is %s days', (text, days) => {
    expect(durationDays(text)).toBe(days);
  });

  it('half a year, but never with Global Administrator', () => {
    expect(autoExtendFor([roleIds.globalReader])).toBe('P180D');
    expect(autoExtendFor([roleIds.globalReader, roleIds.globalAdministrator])).toBe('PT0S');
  });

  it.each(['https://admin.microsoft.com', 'https://portal.office365.us'])(
    'the approval link names the relationship, at the admin centre of the cloud: %s',
    (adminOrigin) => {
      expect(approvalLink('a-b', adminOrigin)).toBe(
        `${adminOrigin}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/a-b`,
      );
    },
  );
});

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const iso = (ms: number) => new Date(ms).toISOString();
const group = 'a0000000-0000-4000-8000-000000000001';
const role = roleIds.applicationAdministrator;
const profile: RoleProfile = { allOf: [role], anyOf: [], orGlobalAdmin: true };

function relationship(change: Partial<RelationshipEvidence> = {}): RelationshipEvidence {
  return {
    id: 'r1',
    name: 'One',
    status: 'active',
    etag: '1',
    activatedAt: iso(nowMs - 100 * DAY_MS),
    endAt: iso(nowMs + 5 * DAY_MS),
    autoExtendDuration: 'PT0S',
    roles: [role],
    assignments: [{ id: 'a1', status: 'active', groupId: group, roles: change.roles ?? [role] }],
    assignmentsReadAt: iso(nowMs),
    ...change,
  };
}

function calendarOf(relationships: RelationshipEvidence[], change: Partial<GdapDoc> = {}) {
  const gdap: GdapDoc = {
    id: `gdap:${tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId,
    connectionId: 'c0000000-0000-4000-8000-000000000001',
    applies: true,
    relationships,
    memberOf: [group],
    readAt: iso(nowMs),
    error: null,
    ...change,
  };
  const customer = { tenantId, name: 'Contoso', missingSince: null };
  return gdapCalendar([{ customer, gdap }], { profile, nowMs, thresholdDays: 7 });
}

describe('the calendar', () => {
  it.each<[string, number, number | null]>([
    ['the end is now', 0, null],
    ['one second left', 1000, 1],
    ['one second less than a day', DAY_MS - 1000, 1],
    ['exactly a day', DAY_MS, 7],
    ['one second less than 7 days', 7 * DAY_MS - 1000, 7],
    ['exactly 7 days', 7 * DAY_MS, 30],
    ['one second less than 30 days', 30 * DAY_MS - 1000, 30],
    ['exactly 30 days', 30 * DAY_MS, 90],
    ['one second less than 90 days', 90 * DAY_MS - 1000, 90],
    ['exactly 90 days', 90 * DAY_MS, null],
  ])('SY-30 %s', (_words, leftMs, span) => {
    expect(spanOf(nowMs + leftMs, nowMs)).toBe(span);
    const { entries } = calendarOf([relationship({ endAt: iso(nowMs + leftMs) })]);
    expect(entries.map(({ within }) => within)).toEqual(span === null ? [] : [span]);
  });

  it.each<[string, number, boolean, number | null]>([
    ['made just now', 0, true, 90],
    ['exactly 60 days old: 30 are left', 60 * DAY_MS, true, 90],
    ['a second older', 60 * DAY_MS + 1000, true, 30],
    ['83 days and a second old', 83 * DAY_MS + 1000, true, 7],
    ['in its last second', 90 * DAY_MS - 1000, true, 1],
    ['90 days old: Microsoft let it lapse', 90 * DAY_MS, true, null],
    ['prepared and not sent', 60 * DAY_MS + 1000, false, 30],
  ])('SY-32 a request %s', (_words, ageMs, sent, within) => {
    const status = sent ? ('approvalPending' as const) : ('created' as const);
    const request = { status, createdAt: iso(nowMs - ageMs), activatedAt: null, endAt: null };
    const { requests, entries } = calendarOf([relationship(request)]);
    expect(requests.map((one) => [one.sent, one.within])).toEqual(within === null ? [] : [[sent, within]]);
    expect(entries).toEqual([]);
  });

  it('lists no request that was approved or ended, and none without its date', () => {
    const old = { createdAt: iso(nowMs - DAY_MS), activatedAt: null, endAt: null };
    const statuses = ['approved', 'activating', 'active', 'terminated', 'expired'] as const;
    const { requests } = calendarOf([
      ...statuses.map((status, index) => relationship({ ...old, id: `r${index}`, status })),
      relationship({ id: 'dateless', status: 'approvalPending', activatedAt: null }),
    ]);
    expect(requests).toEqual([]);
  });

  it('counts a shorter span in the longer ones', () => {
    const { counts } = calendarOf([
      relationship({ endAt: iso(nowMs + DAY_MS / 2) }),
      relationship({ id: 'r2', endAt: iso(nowMs + 20 * DAY_MS) }),
    ]);
    expect(counts).toEqual({ 1: 1, 7: 1, 30: 2, 90: 2 });
  });

  it('leaves out what extends itself, but not with Global Administrator, which Microsoft never extends', () => {
    expect(calendarOf([relationship({ autoExtendDuration: 'P180D' })]).entries).toEqual([]);
    const roles = [role, roleIds.globalAdministrator];
    const [entry] = calendarOf([relationship({ autoExtendDuration: 'P180D', roles })]).entries;
    expect(entry).toMatchObject({ autoExtend: 'notAllowed' });
  });

  it('says which required roles are lost: none where another relationship gives them for longer', () => {
    const longer = relationship({ id: 'r2', endAt: iso(nowMs + 400 * DAY_MS) });
    expect(calendarOf([relationship()]).entries[0]?.loses.map(({ name }) => name)).toEqual([
      'Application Administrator',
    ]);
    expect(calendarOf([relationship(), longer]).entries[0]?.loses).toEqual([]);
  });

  it('notes an open renewal, and leaves out what is no relationship of theirs any more', () => {
    const open = relationship({ id: 'r2', status: 'approvalPending', activatedAt: null, endAt: null, assignments: [] });
    expect(calendarOf([relationship(), open]).entries[0]).toMatchObject({ renewalOpen: true });
    expect(calendarOf([relationship({ status: 'terminated' })]).entries).toEqual([]);
    expect(calendarOf([relationship()], { applies: false }).entries).toEqual([]);
  });
});
