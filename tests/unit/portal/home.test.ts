// Home says first what needs a person, the most urgent first.
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { homeView, needsOf } from '../../../functions/portal/views/home-view.tsx';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { evaluateGdap } from '../../../shared/customers/gdap-status.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { type ScreenStatus, screenStatuses, screenWords } from '../../../shared/customers/screen-status.ts';
import type { SyncRowDoc } from '../../../shared/sync/documents.ts';

const tenantId = '7fb0e2b1-7d0c-4f0f-8b1e-0a5f6f0f6a11';
const gdap = evaluateGdap(undefined, defaultSettings.roleProfile, { nowMs: 0, thresholdDays: 7 });

function sync(status: SyncRowDoc['status']): SyncRowDoc {
  return {
    id: `sync:${tenantId}`,
    type: 'sync',
    schemaVersion: 1,
    tenantId,
    status,
    statusSince: '2026-01-01T00:00:00.000Z',
    explanation: null,
    firstSyncedAt: null,
    counts: null,
    unlicensed: [],
  };
}

function row(name: string, screen: ScreenStatus, status: SyncRowDoc['status'] | null = null): CustomerRow {
  return {
    tenantId,
    connectionId: tenantId,
    name,
    domain: null,
    sources: [],
    missingSince: null,
    screen,
    ...screenWords[screen],
    readiness: { ready: screen === 'Active', gdap, consent: 'Granted', blockers: [] },
    consent: null,
    consentStuck: false,
    gdapReadAt: null,
    gdapError: null,
    sync: status ? sync(status) : null,
    losses: [],
    guestAccount: null,
    lastSyncAt: null,
  };
}

const viewer = {
  name: 'Ada',
  username: 'ada@msp.example',
  role: 'Admin',
  workspaceName: 'MSP',
  csrfToken: 'token',
} as const;

function headingOf(rows: readonly CustomerRow[]): string {
  const connection = {
    id: 'connection:x',
    type: 'connection',
    schemaVersion: 1,
    connectionId: tenantId,
    kind: 'microsoft_csp',
    app: { kind: 'tenantry' },
    name: 'MSP',
    tenantId,
    domain: null,
    state: 'Connected',
    reason: null,
    explanation: null,
    stateSince: '2026-01-01T00:00:00.000Z',
    checks: [],
    account: null,
    createdAt: '2026-01-01T00:00:00.000Z',
  } as const;
  const page = parse(homeView({ viewer, connections: [{ ...connection, checks: [] }], rows, warnings: [] }));
  return page.querySelector('h1')?.textContent ?? '';
}

describe('what needs a person', () => {
  it('puts a sync that stopped first, then what is red, then what is amber, each in the order of the statuses', () => {
    const rows = [...screenStatuses.map((screen) => row(screen, screen)), row('Stopped', 'Active', 'AuthError')];
    expect(needsOf(rows.toReversed()).map(({ row: { name } }) => name)).toEqual([
      'Stopped',
      'Error',
      'Expired',
      'Missing',
      'MissingRoles',
      'MissingSecurityGroup',
      'ConsentFailure',
      'NotRequested',
      'Expiring',
    ]);
  });

  it('orders equals by name', () => {
    const rows = ['Zoo', 'Äpfel', 'Bank'].map((name) => row(name, 'Expired'));
    expect(needsOf(rows).map(({ row: { name } }) => name)).toEqual(['Äpfel', 'Bank', 'Zoo']);
  });
});

describe('the one sentence', () => {
  it('says that all is well', () => {
    expect(headingOf([row('A', 'Active', 'Success')])).toBe('All 1 customer in step');
    expect(headingOf([row('A', 'Active', 'Success'), row('B', 'Active', 'Success')])).toBe('All 2 customers in step');
  });

  it('counts who is in step and who needs somebody', () => {
    const rows = [row('A', 'Active', 'Success'), row('B', 'Expired'), row('C', 'Pending')];
    expect(headingOf(rows)).toBe('1 of 3 customers in step; 1 needs you');
    expect(headingOf([...rows, row('D', 'Error')])).toBe('1 of 4 customers in step; 2 need you');
  });

  it('does not count as in step what has not synced', () => {
    expect(headingOf([row('A', 'Active', 'Pending')])).toBe('0 of 1 customer in step');
  });
});

it('escapes what people and Microsoft name things', () => {
  const page = homeView({ viewer, connections: [], rows: [row('<script>alert(1)</script>', 'Expired')], warnings: [] });
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('&lt;script&gt;alert(1)');
});
