import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../shared/clock.ts';
import { type ConnectionDoc, connectionStates } from '../../../shared/connections/documents.ts';
import { currentConnection, failedWith, partnerConnectionId, withState } from '../../../shared/connections/state.ts';

const since = Date.parse('2026-01-01T00:00:00.000Z');
const connection = (state: ConnectionDoc['state']): ConnectionDoc => ({
  id: 'connection:1',
  type: 'connection',
  schemaVersion: 1,
  connectionId: '95692b54-d121-482b-a9cd-94f7e55113f9',
  kind: 'microsoft_csp',
  app: { kind: 'tenantry' },
  name: 'Northwind',
  tenantId: null,
  domain: null,
  state,
  reason: null,
  explanation: null,
  stateSince: new Date(since).toISOString(),
  checks: [],
  account: null,
  createdAt: new Date(since).toISOString(),
});

describe('a connection that waits', () => {
  const patienceMs = 15 * MINUTE_MS;
  const states = [
    ['NotConnected', 'NotConnected'],
    ['Authorizing', 'NotConnected'],
    ['AuthPending', 'AuthFailed'],
    ['Connected', 'Connected'],
    ['AuthFailed', 'AuthFailed'],
    ['ReauthRequired', 'ReauthRequired'],
    ['Error', 'Error'],
    ['Removing', 'Removing'],
  ] as const;
  it('is tried in every state', () => {
    expect(states.map(([state]) => state).sort()).toEqual([...connectionStates].sort());
  });
  it.each(states)('in %s for up to 15 minutes is as it was', (state) => {
    for (const passedMs of [0, patienceMs - 1000, patienceMs])
      expect(currentConnection(connection(state), since + passedMs)).toEqual(connection(state));
  });
  it.each(states)('SY-22 in %s for more than 15 minutes is %s', (state, later) => {
    for (const passedMs of [patienceMs + 1, patienceMs + 1000, 1e12]) {
      const current = currentConnection(connection(state), since + passedMs);
      expect(current.state).toBe(later);
      if (state === later) expect(current).toEqual(connection(state));
      else expect(current.stateSince).toBe(new Date(since + patienceMs).toISOString());
    }
  });
  it('SY-23a says that it does not know why the checks never ended', () => {
    const failed = currentConnection(connection('AuthPending'), since + patienceMs + 1);
    expect(failed).toMatchObject({ reason: 'unknown', explanation: { code: 'unknown', whoActs: 'msp' } });
  });
  it('says that the sign-in was not finished, which is no failure', () => {
    const back = currentConnection(connection('Authorizing'), since + patienceMs + 1);
    expect(back).toMatchObject({ reason: null, explanation: { code: 'sign_in_abandoned', retryHelps: true } });
  });
});

describe('a change of state', () => {
  const at = '2026-01-02T00:00:00.000Z';
  const failed = failedWith(connection('AuthPending'), 'no_mfa_prompt', at);
  it('to AuthFailed keeps the reason and its words', () => {
    expect(failed).toMatchObject({
      state: 'AuthFailed',
      reason: 'no_mfa_prompt',
      stateSince: at,
      explanation: { code: 'no_mfa_prompt' },
    });
  });
  it.each(['NotConnected', 'Authorizing', 'AuthPending', 'Connected', 'Removing'] as const)(
    'to %s leaves no reason of before',
    (state) => {
      const later = '2026-01-03T00:00:00.000Z';
      const change = { state, reason: null, explanation: null, stateSince: later };
      expect(withState(failed, { state }, later)).toEqual({ ...failed, ...change });
    },
  );
  it('keeps what the connection is for: its tenant, kind, app and name', () => {
    const { connectionId, kind, app, name, tenantId, createdAt } = connection('Connected');
    expect(failed).toMatchObject({ connectionId, kind, app, name, tenantId, createdAt });
  });
});

describe('the id of a partner connection', () => {
  it('is a GUID, the same for the same workspace whatever its case, and another for another', () => {
    const id = partnerConnectionId('7dd7944f-b4aa-454b-9908-4376f6f770ca');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(partnerConnectionId('7DD7944F-B4AA-454B-9908-4376F6F770CA')).toBe(id);
    expect(partnerConnectionId('7dd7944f-b4aa-454b-9908-4376f6f770cb')).not.toBe(id);
  });
});
