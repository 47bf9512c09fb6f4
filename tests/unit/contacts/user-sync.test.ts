// Sync users: whom it asks for, how far it is, and what has to come first.
import { describe, expect, it } from 'vitest';
import type { ConnectionDoc, DiscoveryDoc } from '../../../shared/connections/documents.ts';
import {
  customersToSync,
  isReading,
  isWaiting,
  progressOf,
  standsInTheWay,
  type UserSyncDoc,
} from '../../../shared/contacts/user-sync-progress.ts';
import type { SyncRowDoc } from '../../../shared/sync/documents.ts';
import { customerRow, tenant } from './fixtures.ts';

const requestedAt = '2026-03-01T10:00:00.000Z';
const before = '2026-03-01T09:59:59.999Z';
const after = '2026-03-01T10:00:00.001Z';
const nowMs = Date.parse(requestedAt) + 60_000;

function row(status: SyncRowDoc['status'], statusSince: string, firstSyncedAt: string | null = before): SyncRowDoc {
  const rest = { schemaVersion: 1 as const, explanation: null, counts: null, unlicensed: [] };
  return { id: `sync:${tenant(1)}`, type: 'sync', tenantId: tenant(1), status, statusSince, firstSyncedAt, ...rest };
}

function doc(change: Partial<UserSyncDoc> = {}): UserSyncDoc {
  const kind = { id: 'userSync', type: 'userSync', schemaVersion: 1 } as const;
  const about = { requestId: tenant(7), requestedAt, requestedBy: 'Olga', status: 'sent', total: 4, sent: 4 } as const;
  return { ...kind, ...about, ...change };
}

describe('whom it asks for', () => {
  it.each<[Parameters<typeof customerRow>[0], boolean]>([
    [{}, true],
    [{ syncStatus: 'Pending' }, true],
    [{ syncStatus: 'Syncing' }, true],
    [{ syncStatus: 'AuthError' }, false],
    [{ syncStatus: 'Paused' }, false],
    [{ syncStatus: null }, false],
    [{ ready: false }, false],
    [{ missingSince: before }, false],
  ])('SY-37 a customer with %j: %s', (change, asked) => {
    expect(customersToSync([customerRow(change)])).toHaveLength(asked ? 1 : 0);
  });
});

describe('how far it is', () => {
  it.each<[string, SyncRowDoc, boolean]>([
    ['pending since it was asked', row('Pending', requestedAt), true],
    ['pending for longer, while Microsoft is busy', row('Pending', before), true],
    ['pending since later: another run', row('Pending', after), false],
    ['a large tenant that goes on in several messages', row('Syncing', after), true],
    ['a tenant that is synced for the first time, and was not asked for', row('Syncing', after, null), false],
    ['syncing since before', row('Syncing', before, null), true],
    ['done', row('Success', after), false],
    ['refused', row('AuthError', after), false],
    ['stopped meanwhile', row('Paused', after), false],
  ])('%s', (_, stored, waiting) => {
    expect(isWaiting(stored, requestedAt)).toBe(waiting);
  });

  it('MP-11 counts those that are done of those that were asked for', () => {
    const rows = [row('Pending', requestedAt), row('Success', after), row('Success', before), row('AuthError', after)];
    expect(progressOf(doc(), rows, nowMs)).toEqual({
      requestedAt,
      requestedBy: 'Olga',
      total: 4,
      done: 3,
      failed: 1,
      underWay: true,
    });
  });

  it('is over when nobody waits any more, or after an hour', () => {
    const done = [row('Success', after)];
    expect(progressOf(doc(), done, nowMs)).toMatchObject({ done: 4, underWay: false });
    const waiting = [row('Pending', requestedAt)];
    const hourMs = 3_600_000;
    expect(progressOf(doc(), waiting, Date.parse(requestedAt) + hourMs - 1).underWay).toBe(true);
    expect(progressOf(doc(), waiting, Date.parse(requestedAt) + hourMs).underWay).toBe(false);
  });

  it('is never further than what was asked for so far, and never less than nothing', () => {
    const sending = doc({ status: 'sending', total: 300, sent: 100 });
    expect(progressOf(sending, [], nowMs)).toMatchObject({ total: 300, done: 100, underWay: true });
    const queued = doc({ status: 'queued', total: 0, sent: 0 });
    expect(progressOf(queued, [row('Pending', before)], nowMs)).toMatchObject({ total: 0, done: 0, underWay: true });
    expect(progressOf(doc({ total: 0, sent: 0 }), [], nowMs)).toMatchObject({ underWay: false });
  });
});

describe('what has to come first', () => {
  const connection = { connectionId: tenant(8), kind: 'microsoft_csp' } as ConnectionDoc;
  const discovery = (status: DiscoveryDoc['status'], startedAt: string | null = requestedAt) =>
    ({ status, requestedAt, startedAt }) as DiscoveryDoc;
  const facts = {
    connections: [{ connection, discovery: discovery('done') }],
    customers: 3,
    syncBeforeMapping: true,
    nowMs,
  };

  it('MP-11 nothing, once customers are there', () => {
    expect(standsInTheWay(facts)).toBeNull();
    expect(standsInTheWay({ ...facts, connections: [{ connection, discovery: undefined }] })).toBeNull();
  });

  it.each<[string, Partial<typeof facts> & { connections?: Parameters<typeof standsInTheWay>[0]['connections'] }]>([
    ['not_connected', { connections: [] }],
    ['customers_first', { connections: [{ connection, discovery: discovery('queued', null) }] }],
    ['customers_first', { connections: [{ connection, discovery: discovery('running') }] }],
    ['not_mapped', { syncBeforeMapping: false }],
    ['none_ready', { customers: 0 }],
  ])('MP-11 otherwise the reason: %s', (code, change) => {
    const explanation = standsInTheWay({ ...facts, ...change });
    expect(explanation?.code).toBe(code);
    expect(explanation?.whatToDo).not.toBe('');
  });

  it('a reading that was cut off an hour ago stops nobody', () => {
    const hourMs = 3_600_000;
    expect(isReading(discovery('running'), Date.parse(requestedAt) + hourMs - 1)).toBe(true);
    expect(isReading(discovery('running'), Date.parse(requestedAt) + hourMs)).toBe(false);
    expect(isReading(discovery('failed'), nowMs)).toBe(false);
    expect(isReading(undefined, nowMs)).toBe(false);
  });
});
