// Which customers a filter of the Consent page leaves, and how many each filter would.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import {
  consentFilter,
  consentGroupOf,
  consentGroups,
  countToConsent,
  selectToConsent,
} from '../../../shared/consent/choice.ts';
import { type ConsentDoc, consentStatuses } from '../../../shared/consent/documents.ts';
import { noConsent } from '../../../shared/consent/status.ts';
import type { CustomerDoc } from '../../../shared/customers/documents.ts';
import { readinessOf } from '../../../shared/customers/readiness.ts';
import { type CustomerRow, rowOf } from '../../../shared/customers/rows.ts';

const nowMs = Date.parse('2026-11-22T12:00:00Z');
const at = new Date(nowMs).toISOString();
const guid = (n: number) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const evidence = { kind: 'gdap', relationshipId: 'r', readAt: at } as const;

function row(n: number, consent?: Partial<ConsentDoc>, customer: Partial<CustomerDoc> = {}): CustomerRow {
  const tenantId = guid(n);
  const stored = consent && { ...noConsent(tenantId, at), ...consent };
  const facts = { gdap: undefined, consent: stored, nowMs };
  const { roleProfile: profile, expiringThresholdDays: thresholdDays } = defaultSettings;
  return rowOf({
    ...facts,
    customer: {
      id: `customer:${tenantId}`,
      type: 'customer',
      schemaVersion: 1,
      tenantId,
      connectionId: guid(0),
      name: `Customer ${n}`,
      domain: null,
      sources: ['gdap'],
      firstSeenAt: at,
      missingSince: null,
      ...customer,
    },
    sync: undefined,
    readiness: readinessOf({ ...facts, profile, thresholdDays }),
  });
}

describe('the group of a customer', () => {
  it.each(consentStatuses.map((status) => [status, row(1, { status, evidence })] as const))(
    '%s is one of them, and to be consented unless it is granted',
    (status, customer) => {
      const wanted = selectToConsent([customer], consentFilter.parse({})).length > 0;
      expect(consentGroups).toContain(consentGroupOf(customer));
      expect(wanted).toBe(status !== 'Granted');
    },
  );
  it.each([
    ['nothing is known of', row(1), 'notAsked'],
    ['granted without evidence', row(1, { status: 'Granted', evidence: null }), 'withdrawn'],
    ['not to be asked', row(1, { strategy: 'none' }), 'unwanted'],
    [
      'not to be asked, and granted all the same',
      row(1, { strategy: 'none', status: 'Granted', evidence }),
      'consented',
    ],
  ] as const)('%s', (_what, customer, group) => {
    expect(consentGroupOf(customer)).toBe(group);
  });
});

it('counts what each filter leaves, and leaves out who is no customer any more', () => {
  const rows = [
    ...consentStatuses.map((status, n) => row(n + 1, { status, evidence })),
    row(20),
    row(21, { strategy: 'none' }),
    row(22, undefined, { missingSince: at }),
  ];
  const counts = countToConsent(rows);
  for (const group of consentGroups)
    expect([group, selectToConsent(rows, { group }).length]).toEqual([group, counts[group]]);
  expect(counts).toMatchObject({ toConsent: 8, notAsked: 2, pending: 2, unwanted: 1, consented: 1 });
});

it('finds by name, and by whether GDAP lets the partner in', () => {
  const rows = [row(1), row(2), row(12)];
  expect(selectToConsent(rows, { group: 'toConsent', text: 'customer 1' }).map(({ name }) => name)).toEqual([
    'Customer 1',
    'Customer 12',
  ]);
  expect(selectToConsent(rows, { group: 'toConsent', gdap: 'usable' })).toEqual([]);
  expect(selectToConsent(rows, { group: 'toConsent', gdap: 'unusable' })).toHaveLength(3);
});
