import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../shared/clock.ts';
import { authFailedReasons, type ConnectionDoc } from '../../../shared/connections/documents.ts';
import { explainReason, reasonOf } from '../../../shared/connections/reasons.ts';
import { currentConnection, partnerConnectionId } from '../../../shared/connections/state.ts';

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
  it('SY-22 SY-23a is AuthFailed, unknown, after more than 15 minutes of AuthPending', () => {
    expect(currentConnection(connection('AuthPending'), since + 15 * MINUTE_MS).state).toBe('AuthPending');
    expect(currentConnection(connection('AuthPending'), since + 15 * MINUTE_MS + 1)).toMatchObject({
      state: 'AuthFailed',
      reason: 'unknown',
      stateSince: new Date(since + 15 * MINUTE_MS).toISOString(),
    });
  });
  it('is not connected when the browser never came back', () => {
    expect(currentConnection(connection('Authorizing'), since + 15 * MINUTE_MS + 1).state).toBe('NotConnected');
  });
  it.each(['Connected', 'AuthFailed', 'ReauthRequired', 'Error', 'Removing', 'NotConnected'] as const)(
    'leaves %s as it is',
    (state) => {
      expect(currentConnection(connection(state), since + 1e12)).toEqual(connection(state));
    },
  );
});

describe('reasons', () => {
  it('SY-23 every one is explained, with somebody who acts and what to do', () => {
    for (const reason of authFailedReasons) {
      const { code, meaning, whatToDo } = explainReason(reason);
      expect(code).toBe(reason);
      expect(meaning).toMatch(/\.$/);
      expect(whatToDo).toMatch(/\.$/);
    }
  });
  it.each([
    ['AADSTS700082', 'refresh_token_expired'],
    ['AADSTS50173', 'refresh_token_revoked'],
    ['AADSTS7000222', 'client_secret_expired'],
    ['AADSTS53003', 'conditional_access_block'],
    ['AADSTS50076', 'no_mfa_prompt'],
    ['900421', 'no_mfa_prompt'],
    ['AADSTS90094', 'policy_blocks_application'],
    ['AADSTS7000229', 'missing_service_principal'],
    ['AADSTS700016', 'wrong_app'],
    ['wrong_tenant', 'wrong_tenant'],
    ['AADSTS99999', 'unknown'],
    ['', 'unknown'],
  ])('%s means %s', (code, reason) => {
    expect(reasonOf(code)).toBe(reason);
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
