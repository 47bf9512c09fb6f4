// The checklist of setup, and what it calls out when something was not prepared: each with the place in the guide.
import { describe, expect, it } from 'vitest';
import {
  authFailedReasons,
  type ConnectionDoc,
  connectionDoc,
  discoveryDoc,
} from '../../../shared/connections/documents.ts';
import { explainReason } from '../../../shared/connections/reasons.ts';
import { screenStatuses } from '../../../shared/customers/screen-status.ts';
import { guide, guideLink } from '../../../shared/help/guide.ts';
import {
  checklistOf,
  guideForReason,
  missedByConnection,
  missedByCustomers,
  missedByDiscovery,
} from '../../../shared/setup/prerequisites.ts';

const id = 'b0000000-0000-4000-8000-000000000001';
const connection: ConnectionDoc = connectionDoc.parse({
  id: `connection:${id}`,
  type: 'connection',
  schemaVersion: 1,
  connectionId: id,
  kind: 'microsoft_csp',
  name: 'Partner',
  tenantId: id,
  domain: null,
  state: 'Connected',
  reason: null,
  explanation: null,
  stateSince: '2026-01-01T00:00:00.000Z',
  checks: [],
  account: null,
  createdAt: '2026-01-01T00:00:00.000Z',
});
const anchors = guide.map((section) => `/help#${section.id}`);

describe('the checklist', () => {
  it('G1-07 G1-01 names three things to have, each with a link to how it is prepared', () => {
    const items = checklistOf('pax8');
    expect(items.map(({ title }) => title)).toEqual([
      'Microsoft identity platform: admin access',
      'Pax8: admin access',
      "GDAP access to your customers' tenants",
    ]);
    for (const { links } of items) expect(links.length).toBeGreaterThan(0);
    for (const { href } of items.flatMap(({ links }) => links)) expect(anchors).toContain(href);
  });

  it('G1-06 leaves out the distributor where there is none', () => {
    expect(checklistOf('none').map(({ title }) => title)).not.toContain('Pax8: admin access');
    expect(checklistOf(null)).toHaveLength(3);
  });
});

describe('what was not prepared', () => {
  it.each(authFailedReasons)(
    'G1-02 G1-11 a connection that failed for %s leads to its place in the guide',
    (reason) => {
      const failed = { ...connection, state: 'AuthFailed', reason, explanation: explainReason(reason) } as const;
      const missed = missedByConnection(failed);
      expect(missed).toMatchObject([{ code: reason, meaning: explainReason(reason).meaning, connectionId: id }]);
      expect(anchors).toContain(missed[0]?.guide.href);
      expect(guideForReason(reason)).toEqual(missed[0]?.guide);
    },
  );

  it('G1-02 names every check that failed, not the first only', () => {
    const checks: ConnectionDoc['checks'] = [
      { name: 'globalAdministrator', ok: false, detail: 'No Global Administrator.' },
      { name: 'mfa', ok: false, detail: 'No second factor.' },
      { name: 'adminAgents', ok: true, detail: '' },
      { name: 'customers', ok: true, detail: '' },
    ];
    const failed = { ...connection, state: 'AuthFailed', reason: 'insufficient_permissions', checks } as const;
    expect(missedByConnection(failed).map(({ meaning }) => meaning)).toEqual([
      'No Global Administrator.',
      'No second factor.',
    ]);
  });

  it('SP-06 misses no Global Administrator once connected, but AdminAgents still', () => {
    const checks: ConnectionDoc['checks'] = [
      { name: 'globalAdministrator', ok: false, detail: 'Stepped down.' },
      { name: 'adminAgents', ok: false, detail: 'The account is not in AdminAgents.' },
    ];
    expect(missedByConnection({ ...connection, checks }).map(({ code }) => code)).toEqual(['not_in_admin_agents']);
    expect(missedByConnection(connection)).toEqual([]);
  });

  it('tells why customers could not be read', () => {
    const discovery = discoveryDoc.parse({
      id: `discovery:${id}`,
      type: 'discovery',
      schemaVersion: 1,
      connectionId: id,
      status: 'failed',
      requestedAt: connection.createdAt,
      startedAt: null,
      finishedAt: null,
      done: 0,
      total: 0,
      lastSuccessAt: null,
      sources: [],
      explanation: explainReason('not_in_admin_agents'),
    });
    expect(missedByDiscovery(discovery)).toMatchObject([{ code: 'not_in_admin_agents' }]);
    expect(missedByDiscovery({ ...discovery, status: 'done', explanation: null })).toEqual([]);
  });

  it('counts what customers lack of GDAP, one line for each thing', () => {
    const rows = screenStatuses.flatMap((screen) => [{ screen }, { screen }]);
    const missed = missedByCustomers(rows);
    expect(missed.map(({ customers }) => customers)).toEqual([
      { status: 'Missing', count: 2 },
      { status: 'MissingRoles', count: 2 },
      { status: 'MissingSecurityGroup', count: 2 },
      { status: 'Expired', count: 2 },
    ]);
    for (const { guide: where } of missed) expect(anchors).toContain(where.href);
    expect(missedByCustomers([{ screen: 'Active' }])).toEqual([]);
  });
});

it('links to no section that is not there', () => {
  expect(() => guideLink('nowhere')).toThrow('nowhere');
});
