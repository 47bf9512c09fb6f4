// Who the customers are, and what a discovery changes.
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../shared/clock.ts';
import {
  assignmentsDue,
  customerAfter,
  gdapAfter,
  type Sighting,
  unionOf,
} from '../../../shared/customers/discovery-plan.ts';
import type { RelationshipEvidence } from '../../../shared/customers/documents.ts';

const tenantA = 'a0000000-0000-4000-8000-00000000000a';
const tenantB = 'b0000000-0000-4000-8000-00000000000b';
const connectionId = 'c0000000-0000-4000-8000-000000000001';
const nowIso = '2026-03-01T00:00:00.000Z';
const nowMs = Date.parse(nowIso);

const evidence: RelationshipEvidence = {
  id: 'r1',
  name: 'Relationship',
  status: 'active',
  etag: 'W/"1"',
  activatedAt: nowIso,
  endAt: '2027-03-01T00:00:00Z',
  autoExtendDuration: 'PT0S',
  roles: [],
  assignments: [{ id: 'a', status: 'active', groupId: 'g1', roles: [] }],
  assignmentsReadAt: nowIso,
};

describe('the union of the sources', () => {
  const sightings: Sighting[] = [
    { tenantId: tenantA, name: 'Old name', domain: 'a.example', source: 'contracts' },
    { tenantId: tenantA, name: 'New name', domain: null, source: 'partnerCenter' },
    { tenantId: tenantB, name: '', domain: null, source: 'gdap' },
  ];

  it('names each tenant once, by the source that knows best', () => {
    expect(unionOf(sightings)).toEqual([
      { tenantId: tenantB, name: tenantB, domain: null, sources: ['gdap'] },
      { tenantId: tenantA, name: 'New name', domain: 'a.example', sources: ['partnerCenter', 'contracts'] },
    ]);
  });

  it('keeps a known name and domain where a source gives none', () => {
    const facts = { connectionId, nowIso };
    const before = customerAfter(
      undefined,
      { tenantId: tenantB, name: 'Bakery', domain: 'b.example', sources: ['contracts'] },
      facts,
    );
    const after = customerAfter(before, { tenantId: tenantB, name: tenantB, domain: null, sources: ['gdap'] }, facts);
    expect(after).toMatchObject({ name: 'Bakery', domain: 'b.example', sources: ['gdap'] });
  });
});

describe('whether access assignments are read again', () => {
  const now = { etag: evidence.etag, status: 'active' };
  const calm = { nowMs, everything: false, inOrder: true };
  const rows: [string, boolean, Parameters<typeof assignmentsDue>][] = [
    ['never read', true, [undefined, now, calm]],
    ['unchanged and in order', false, [evidence, now, calm]],
    ['its etag changed', true, [evidence, { ...now, etag: 'W/"2"' }, calm]],
    ['a person asked', true, [evidence, now, { ...calm, everything: true }]],
    ['the customer is not in order', true, [evidence, now, { ...calm, inOrder: false }]],
    ['just under a week old', false, [evidence, now, { ...calm, nowMs: nowMs + 7 * DAY_MS - 1 }]],
    ['a week old', true, [evidence, now, { ...calm, nowMs: nowMs + 7 * DAY_MS }]],
    ['not active: it grants nothing', false, [undefined, { ...now, status: 'expired' }, calm]],
  ];
  it.each(rows)('%s: %s', (_title, due, input) => {
    expect(assignmentsDue(...input)).toBe(due);
  });
});

describe('the GDAP document after a reading', () => {
  const facts = { tenantId: tenantA, connectionId, nowIso };
  const read = { kind: 'read' as const, relationships: [evidence], memberOf: new Set(['g1', 'unrelated']) };

  it('keeps of the memberships only those that an assignment names', () => {
    expect(gdapAfter(undefined, read, facts)).toMatchObject({ memberOf: ['g1'], readAt: nowIso, error: null });
  });

  it('is the very same document when nothing changed within a day', () => {
    const before = gdapAfter(undefined, read, facts);
    expect(gdapAfter(before, read, { ...facts, nowIso: '2026-03-01T23:59:59.000Z' })).toBe(before);
    const dayLater = gdapAfter(before, read, { ...facts, nowIso: '2026-03-02T00:00:00.000Z' });
    expect(dayLater.readAt).toBe('2026-03-02T00:00:00.000Z');
  });

  it('keeps the evidence and says why when a reading failed, and recovers with the next', () => {
    const before = gdapAfter(undefined, read, facts);
    const explanation = { code: 'x', meaning: 'm', whoActs: 'msp' as const, whatToDo: 'w', retryHelps: false };
    const failed = gdapAfter(before, { kind: 'failed', explanation }, facts);
    expect(failed).toMatchObject({ relationships: [evidence], error: explanation });
    expect(gdapAfter(failed, read, facts).error).toBeNull();
  });
});
