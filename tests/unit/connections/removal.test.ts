// Small rules of a removal: what a user stays as, that Removing ends only by being gone, and the filter by connection.
import { expect, it } from 'vitest';
import { connectionStates } from '../../../shared/connections/documents.ts';
import { contactOfUser } from '../../../shared/connections/removal/keep-contacts.ts';
import { failedWith, withState } from '../../../shared/connections/state.ts';
import { contactDoc } from '../../../shared/contacts/documents.ts';
import { countPerConnection } from '../../../shared/customers/rows.ts';
import { userDoc } from '../../../shared/sync/documents.ts';

const at = '2026-01-01T00:00:00.000Z';

it('SY-44 a user stays as a contact with how to reach it, and without its licences and sign-ins', () => {
  const user = userDoc.parse({
    id: 'user:u1',
    type: 'user',
    schemaVersion: 1,
    userId: 'u1',
    generation: 3,
    displayName: 'Ada Lovelace',
    userPrincipalName: 'ada@contoso.com',
    mail: null,
    mobilePhone: '+44 7700 900123',
    department: 'Engines',
    officeLocation: null,
    userType: 'Member',
    accountEnabled: false,
    licences: ['sku'],
    lastSignInAt: at,
    signInReadAt: at,
    standing: 'disabled',
  });
  const contact = contactOfUser(user, at);
  expect(contactDoc.parse(contact)).toEqual({
    id: 'contact:u1',
    type: 'contact',
    schemaVersion: 1,
    userId: 'u1',
    displayName: 'Ada Lovelace',
    userPrincipalName: 'ada@contoso.com',
    mail: null,
    mobilePhone: '+44 7700 900123',
    department: 'Engines',
    officeLocation: null,
    userType: 'Member',
    accountEnabled: false,
    endedAt: at,
  });
});

it.each(connectionStates)('SY-46 what is being removed does not become %s', (state) => {
  const removing = {
    id: 'connection:1',
    type: 'connection',
    schemaVersion: 1,
    connectionId: '95692b54-d121-482b-a9cd-94f7e55113f9',
    kind: 'microsoft_csp',
    app: { kind: 'tenantry' },
    name: 'Northwind',
    tenantId: null,
    domain: null,
    state: 'Removing',
    reason: null,
    explanation: null,
    stateSince: at,
    checks: [],
    account: null,
    createdAt: at,
  } as const;
  const connection = { ...removing, checks: [] };
  expect(withState(connection, { state }, '2026-01-02T00:00:00.000Z')).toEqual(connection);
  expect(failedWith(connection, 'unknown', '2026-01-02T00:00:00.000Z')).toEqual(connection);
});

it('SY-21 counts the tenants of each connection', () => {
  expect(countPerConnection([{ connectionId: 'a' }, { connectionId: 'b' }, { connectionId: 'a' }])).toEqual({
    a: 2,
    b: 1,
  });
  expect(countPerConnection([])).toEqual({});
});
