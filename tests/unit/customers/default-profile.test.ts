// The roles that a new workspace wants of each admin relationship and of the account that works through it.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import type { GdapDoc } from '../../../shared/customers/documents.ts';
import { evaluateGdap } from '../../../shared/customers/gdap-status.ts';

const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
const both = [privilegedRoleAdministrator, applicationAdministrator];
const nowMs = Date.parse('2026-03-01T00:00:00Z');
const readAt = new Date(nowMs).toISOString();
const group = 'a0000000-0000-4000-8000-000000000001';

/** What `evaluateGdap` says of one active relationship with these roles, of which the account's group has some. */
function statusWith(relationshipRoles: string[], groupRoles: string[]): string {
  const gdap: GdapDoc = {
    id: 'gdap:t',
    type: 'gdap',
    schemaVersion: 1,
    tenantId: 'b0000000-0000-4000-8000-000000000001',
    connectionId: 'c0000000-0000-4000-8000-000000000001',
    applies: true,
    relationships: [
      {
        id: 'r1',
        name: 'Relationship',
        status: 'active',
        etag: '1',
        activatedAt: '2026-01-01T00:00:00Z',
        endAt: '2027-01-01T00:00:00Z',
        autoExtendDuration: 'PT0S',
        roles: relationshipRoles,
        assignments: [{ id: 'a1', status: 'active', groupId: group, roles: groupRoles }],
        assignmentsReadAt: readAt,
      },
    ],
    memberOf: [group],
    readAt,
    error: null,
  };
  return evaluateGdap(gdap, defaultSettings.roleProfile, { nowMs, thresholdDays: 7 }).status;
}

describe('the roles of a new workspace', () => {
  it('G2-18 are Privileged Role Administrator and Application Administrator, both in the relationship and of the account', () => {
    expect(statusWith(both, both)).toBe('Active');
    for (const one of both) {
      expect(statusWith([one], [one])).toBe('MissingRoles');
      expect(statusWith(both, [one])).toBe('MissingSecurityGroup');
    }
  });
});
