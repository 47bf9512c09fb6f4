import { describe, expect, it } from 'vitest';
import { type FailureKind, MicrosoftError } from '../../../shared/microsoft/microsoft.ts';
import type { DatasetName } from '../../../shared/sync/documents.ts';
import { baselineReached, outcomeOf } from '../../../shared/sync/outcome.ts';
import { datasetFailed, newSyncState, withDataset } from '../../../shared/sync/state.ts';
import { nowIso, syncedState, tenantId } from './fixtures.ts';

function failure(kind: FailureKind, source: 'entra' | 'graph' = 'graph'): MicrosoftError {
  const retryHelps = kind === 'transient' || kind === 'throttled';
  const explanation = { code: kind, meaning: kind, whoActs: 'customer', whatToDo: kind, retryHelps } as const;
  return new MicrosoftError({ source, kind, status: 403, code: kind, explanation });
}

const all: readonly DatasetName[] = ['organization', 'licences', 'subscriptions', 'users', 'signIns'];
const asked = (failures: Partial<Record<DatasetName, MicrosoftError>>, names = all) =>
  new Map(names.map((name) => [name, failures[name]]));
const everyOne = (error: MicrosoftError, names = all) =>
  asked(Object.fromEntries(names.map((name) => [name, error])), names);

describe('the outcome of a run', () => {
  it('SY-17 is Success, also with a failure of one dataset beside it', () => {
    expect(outcomeOf(asked({})).status).toBe('Success');
    expect(outcomeOf(asked({ signIns: failure('permission') })).status).toBe('Success');
    expect(outcomeOf(asked({ subscriptions: failure('throttled') })).status).toBe('Success');
    expect(outcomeOf(asked({ users: failure('permission') })).status).toBe('Success');
  });

  it('SY-18 is Pending and tried again when users or licences fail in passing', () => {
    for (const name of ['users', 'licences'] as const) {
      for (const kind of ['transient', 'throttled'] as const) {
        expect(outcomeOf(asked({ [name]: failure(kind) }))).toMatchObject({ status: 'Pending', retry: { kind } });
      }
    }
    expect(outcomeOf(everyOne(failure('transient')))).toMatchObject({ status: 'Pending', retry: {} });
    expect(outcomeOf(everyOne(failure('other')))).toMatchObject({ status: 'Pending', retry: undefined });
  });

  it('SY-19 is AuthError only when a person must mend it and every dataset is hit', () => {
    for (const kind of ['credential', 'consent', 'permission'] as const) {
      expect(outcomeOf(everyOne(failure(kind))).status).toBe('AuthError');
      expect(
        outcomeOf(asked({ ...Object.fromEntries(all.slice(1).map((name) => [name, failure(kind)])) })).status,
      ).toBe('Success');
    }
    const mixed = asked({
      ...Object.fromEntries(all.map((name) => [name, failure('permission')])),
      users: failure('transient'),
    });
    expect(outcomeOf(mixed).status).toBe('Pending');
  });

  it('lets a 401 from Graph pass once, whatever else needs a person not at all', () => {
    const refused = (source: 'entra' | 'graph', status: number) =>
      everyOne(new MicrosoftError({ source, kind: 'credential', status, code: 'x', explanation: explained }));
    const explained = failure('credential').explanation;
    const unauthorized = refused('graph', 401);
    expect(outcomeOf(unauthorized, { mayPass: true })).toMatchObject({ status: 'Pending', retry: { status: 401 } });
    expect(outcomeOf(unauthorized).status).toBe('AuthError');
    expect(outcomeOf(refused('graph', 403), { mayPass: true }).status).toBe('AuthError');
    expect(outcomeOf(refused('entra', 401), { mayPass: true }).status).toBe('AuthError');
    expect(outcomeOf(new Map([...unauthorized, ['users', failure('consent')]]), { mayPass: true }).status).toBe(
      'AuthError',
    );
  });

  it('does not call it AuthError when a continuing run is refused users alone, unless no token was given', () => {
    expect(outcomeOf(everyOne(failure('permission'), ['users'])).status).toBe('Pending');
    expect(outcomeOf(everyOne(failure('consent', 'entra'), ['users'])).status).toBe('AuthError');
  });
});

describe('the baseline', () => {
  const refused = failure('permission').explanation;

  it('is reached when each dataset was read or is refused for good, and none is half read', () => {
    expect(baselineReached(newSyncState(tenantId))).toBe(false);
    expect(baselineReached(syncedState())).toBe(true);
    const unread = withDataset(syncedState(), 'subscriptions', { asOf: null });
    expect(baselineReached(unread)).toBe(false);
    expect(baselineReached(datasetFailed(unread, 'subscriptions', nowIso, refused))).toBe(true);
    expect(baselineReached(datasetFailed(unread, 'subscriptions', nowIso, { ...refused, retryHelps: true }))).toBe(
      false,
    );
    const reading = { mode: 'full', stage: 'reading', nextLink: 'x', deltaLink: null } as const;
    expect(baselineReached(syncedState({ usersCheckpoint: reading }))).toBe(false);
  });
});
