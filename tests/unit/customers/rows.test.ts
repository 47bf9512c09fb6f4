// Readiness, the one screen status, and what a list of customers shows.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { type ConsentDoc, consentStatuses } from '../../../shared/consent/documents.ts';
import type { GdapDoc } from '../../../shared/customers/documents.ts';
import { type GdapStatus, gdapStatuses } from '../../../shared/customers/gdap-status.ts';
import { readinessOf } from '../../../shared/customers/readiness.ts';
import { countRows, pageOf, rowOf, selectRows } from '../../../shared/customers/rows.ts';
import {
  type ScreenStatus,
  screenStatuses,
  screenStatusOf,
  screenWords,
} from '../../../shared/customers/screen-status.ts';

const nowMs = Date.parse('2026-03-01T00:00:00Z');
const tenant = (n: number) => `a0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const single = (tenantId: string): GdapDoc => ({
  id: `gdap:${tenantId}`,
  type: 'gdap',
  schemaVersion: 1,
  tenantId,
  connectionId: tenant(0),
  applies: false,
  relationships: [],
  memberOf: [],
  readAt: null,
  error: null,
});
const consentOf = (tenantId: string, status: ConsentDoc['status'], evidence: ConsentDoc['evidence']): ConsentDoc => ({
  id: `consent:${tenantId}`,
  type: 'consent',
  schemaVersion: 1,
  tenantId,
  status,
  statusSince: '2026-02-01T00:00:00Z',
  method: 'customerAdmin',
  evidence,
  ownAppConnectionId: null,
  permissionSet: 1,
  grantedAt: null,
  linkId: null,
  attempts: 0,
  nextAttemptAt: null,
  explanation: null,
  verifiedAt: null,
});
const signIn = {
  kind: 'adminSignIn' as const,
  objectId: tenant(9),
  username: 'a@b',
  roles: [],
  at: '2026-02-01T00:00:00Z',
};
const at = { profile: defaultSettings.roleProfile, nowMs, thresholdDays: 7 };

describe('readiness', () => {
  it('G1-17 is Ready with GDAP in order and consent Granted, and only with evidence', () => {
    const gdap = single(tenant(1));
    expect(readinessOf({ gdap, consent: consentOf(tenant(1), 'Granted', signIn), ...at }).ready).toBe(true);
    const without = readinessOf({ gdap, consent: consentOf(tenant(1), 'Granted', null), ...at });
    expect(without.blockers.map(({ code }) => code)).toEqual(['evidence_missing']);
  });

  it.each(consentStatuses.filter((status) => status !== 'Granted'))(
    'is not Ready while consent is %s, and says what to do',
    (status) => {
      const { ready, blockers } = readinessOf({
        gdap: single(tenant(1)),
        consent: consentOf(tenant(1), status, signIn),
        ...at,
      });
      expect(ready).toBe(false);
      expect(blockers).toHaveLength(1);
      expect(blockers[0]?.whatToDo).not.toBe('');
    },
  );

  it('lists GDAP before consent', () => {
    const gdap = { ...single(tenant(1)), applies: true, readAt: '2026-03-01T00:00:00Z' };
    expect(readinessOf({ gdap, consent: undefined, ...at }).blockers.map(({ code }) => code)).toEqual([
      'gdap_Missing',
      'consent_NotRequested',
    ]);
  });
});

describe('the one screen status', () => {
  const evaluation = (status: GdapStatus) => ({
    status,
    reason: null,
    expiresAtMs: null,
    extendsAtMs: null,
    renewalRequested: false,
    roles: [],
  });
  const expected = (gdap: GdapStatus, consent: (typeof consentStatuses)[number]): ScreenStatus => {
    if (!['Active', 'Expiring', 'NotApplicable'].includes(gdap)) return gdap as ScreenStatus;
    if (['ConsentFailure', 'ConsentPending', 'GrantingApplicationRoles'].includes(consent))
      return consent as ScreenStatus;
    if (consent !== 'Granted') return 'NotRequested';
    return gdap === 'Expiring' ? 'Expiring' : 'Active';
  };
  const table = gdapStatuses.flatMap((gdap) =>
    consentStatuses.map((consent) => [gdap, consent, expected(gdap, consent)] as const),
  );

  it.each(table)('GDAP %s and consent %s show %s', (gdap, consent, screen) => {
    expect(screenStatusOf({ gdap: evaluation(gdap), consent, ready: consent === 'Granted' })).toBe(screen);
  });

  it('has a word, a tone and a next action for every status', () => {
    for (const status of screenStatuses) expect(screenWords[status].word).not.toBe('');
    expect(screenWords.Active).toMatchObject({ tone: 'done', action: 'none' });
  });
});

describe('a list of customers', () => {
  const row = (n: number, name: string, granted: boolean) => {
    const tenantId = tenant(n);
    const gdap = single(tenantId);
    const consent = granted ? consentOf(tenantId, 'Granted', signIn) : undefined;
    return rowOf({
      customer: {
        id: `customer:${tenantId}`,
        type: 'customer',
        schemaVersion: 1,
        tenantId,
        connectionId: tenant(0),
        name,
        domain: `${name.toLowerCase()}.example`,
        sources: ['gdap'],
        firstSeenAt: '2026-01-01T00:00:00Z',
        missingSince: null,
      },
      gdap,
      consent,
      sync: undefined,
      nowMs,
      readiness: readinessOf({ gdap, consent, ...at }),
    });
  };
  const rows = Array.from({ length: 250 }, (_, index) =>
    row(index + 1, `Customer ${String(index).padStart(3, '0')}`, index % 5 !== 0),
  );

  it('counts every group and status', () => {
    expect(countRows(rows)).toEqual({
      all: 250,
      ready: 200,
      needsYou: 50,
      waiting: 0,
      byStatus: { Active: 200, NotRequested: 50 },
    });
  });

  it('filters by text and group, sorts both ways, and pages by 100', () => {
    expect(selectRows(rows, { group: 'needsYou' })).toHaveLength(50);
    expect(selectRows(rows, { text: 'MER 24' }).map(({ name }) => name)).toEqual(
      Array.from({ length: 10 }, (_, index) => `Customer 24${index}`),
    );
    expect(selectRows(rows, { descending: true })[0]?.name).toBe('Customer 249');
    expect(selectRows(rows, { sort: 'gdap' })[0]?.screen).toBe('NotRequested');
    const page = pageOf(selectRows(rows, {}), 9);
    expect(page).toMatchObject({ page: 3, pages: 3 });
    expect(page.rows).toHaveLength(50);
    expect(pageOf([], 1)).toEqual({ rows: [], page: 1, pages: 1 });
  });
});
