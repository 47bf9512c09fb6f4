import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncStateDoc } from '../../../shared/sync/documents.ts';
import { believeEmpty, freshTokenDue, fullReadDue, isIdle, planRun } from '../../../shared/sync/plan.ts';
import { datasetFailed, datasetUnavailable, newSyncState, withDataset } from '../../../shared/sync/state.ts';
import { firstUrls } from '../../../shared/sync/wire.ts';
import { nowIso, nowMs, syncedState, tenantId } from './fixtures.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const refused = { code: 'x', meaning: 'x', whoActs: 'customer', whatToDo: 'x', retryHelps: false } as const;

describe('planning a run', () => {
  it('reads everything in full the first time', () => {
    expect(planRun(newSyncState(tenantId), 'schedule', nowMs)).toEqual({
      small: ['organization', 'licences', 'subscriptions'],
      users: { kind: 'full', url: firstUrls.users },
      signIns: { kind: 'start', url: firstUrls.signIns },
      licenceProbe: false,
    });
  });

  it('SY-37 reads licences and the delta of users each run, sign-ins once a day', () => {
    const plan = planRun(syncedState(), 'schedule', nowMs + 23 * hourMs);
    expect(plan).toMatchObject({ users: { kind: 'delta' }, signIns: { kind: 'none' } });
    expect(planRun(syncedState(), 'schedule', nowMs + dayMs).signIns.kind).toBe('start');
  });

  it('asks a tenant without the licence for sign-ins again after a week', () => {
    const state = datasetUnavailable(syncedState(), 'signIns', nowIso, 'no P1');
    expect(planRun(state, 'manual', nowMs + 6.9 * dayMs).signIns.kind).toBe('none');
    expect(planRun(state, 'schedule', nowMs + 7 * dayMs).signIns.kind).toBe('start');
  });

  it('asks for refused sign-ins every six hours, or when somebody presses Sync now', () => {
    const never = withDataset(syncedState(), 'signIns', { asOf: null });
    const state = datasetFailed(never, 'signIns', nowIso, refused);
    expect(planRun(state, 'schedule', nowMs + 5 * hourMs).signIns.kind).toBe('none');
    expect(planRun(state, 'manual', nowMs + 60_000).signIns.kind).toBe('start');
    expect(planRun(state, 'schedule', nowMs + 6 * hourMs).signIns.kind).toBe('start');
    const passing = datasetFailed(never, 'signIns', nowIso, { ...refused, retryHelps: true });
    expect(planRun(passing, 'schedule', nowMs + 60_000).signIns.kind).toBe('start');
  });

  it('asks hourly whether a tenant whose sign-ins were read still has the licence, or has it again', () => {
    const asks = (state: SyncStateDoc, atMs: number) => planRun(state, 'schedule', atMs).licenceProbe;
    const read = withDataset(syncedState(), 'signIns', { asOf: nowIso, checkedAt: nowIso });
    expect(asks(read, nowMs + 54 * 60_000)).toBe(false);
    expect(asks(read, nowMs + 55 * 60_000)).toBe(true);
    expect(asks({ ...read, licenceProbedAt: new Date(nowMs + hourMs).toISOString() }, nowMs + 1.5 * hourMs)).toBe(
      false,
    );
    const lost = datasetUnavailable(read, 'signIns', nowIso, 'no P1');
    expect(asks(lost, nowMs + hourMs)).toBe(true);
    const never = withDataset(lost, 'signIns', { asOf: null });
    expect(asks(never, nowMs + hourMs)).toBe(false);
    // The sign-ins themselves ask.
    expect(asks(read, nowMs + dayMs)).toBe(false);
    expect(planRun(read, 'continue', nowMs + hourMs).licenceProbe).toBe(false);
  });

  it('takes a fresh token once an hour, and for the first run', () => {
    const at = (freshTokenAt: string | null) => freshTokenDue({ ...syncedState(), freshTokenAt }, nowMs);
    expect(at(null)).toBe(true);
    expect(at(new Date(nowMs - 30 * 60_000).toISOString())).toBe(false);
    expect(at(new Date(nowMs - hourMs).toISOString())).toBe(true);
  });

  it('reads users in full between six and seven days after the last time, spread over tenants', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        const state = syncedState({ tenantId: id });
        expect(fullReadDue(state, nowMs + 6 * dayMs - 1)).toBe(false);
        expect(fullReadDue(state, nowMs + 7 * dayMs)).toBe(true);
      }),
    );
  });

  it('goes on from a checkpoint, and has nothing to do when the run before did it all', () => {
    const usersCheckpoint = { mode: 'full', stage: 'reading', nextLink: 'https://g/next', deltaLink: null } as const;
    const plan = planRun(syncedState({ usersCheckpoint }), 'continue', nowMs);
    const users = { kind: 'resume', url: 'https://g/next' };
    expect(plan).toEqual({ small: [], users, signIns: { kind: 'none' }, licenceProbe: false });
    const sweeping = { ...usersCheckpoint, stage: 'sweeping', nextLink: null } as const;
    expect(planRun(syncedState({ usersCheckpoint: sweeping }), 'continue', nowMs).users).toEqual({ kind: 'sweep' });
    expect(isIdle(planRun(syncedState(), 'continue', nowMs))).toBe(true);
  });
});

describe('empty answers', () => {
  it('believes one where nothing was stored, otherwise only the second, in a run five minutes later', () => {
    const state = syncedState();
    expect(believeEmpty(state, 'licences', 0, nowMs)).toBe(true);
    expect(believeEmpty(state, 'licences', 3, nowMs)).toBe(false);
    const warned = withDataset(state, 'licences', { emptySince: nowIso });
    expect(believeEmpty(warned, 'licences', 3, nowMs + 299_999)).toBe(false);
    expect(believeEmpty(warned, 'licences', 3, nowMs + 300_000)).toBe(true);
  });
});
