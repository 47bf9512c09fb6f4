// Contacts and places for the tests of their rules.
import { defaultSettings } from '../../../shared/access/documents.ts';
import type { Contact } from '../../../shared/contacts/contact.ts';
import type { ContactPlace } from '../../../shared/contacts/places.ts';
import { evaluateGdap } from '../../../shared/customers/gdap-status.ts';
import { type CustomerRow, rowOf } from '../../../shared/customers/rows.ts';
import type { SyncRowDoc } from '../../../shared/sync/documents.ts';

export const tenant = (number: number): string => `a0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export function place(number: number, change: Partial<ContactPlace> = {}): ContactPlace {
  return {
    tenantId: tenant(number),
    name: `Customer ${String(number).padStart(4, '0')}`,
    domain: `customer${number}.example`,
    users: 5,
    kept: 0,
    state: 'synced',
    since: null,
    ...change,
  };
}

export function contact(change: Partial<Contact> = {}): Contact {
  return {
    tenantId: tenant(1),
    customerName: 'Adatum',
    customerDomain: 'adatum.example',
    userId: 'b0000000-0000-4000-8000-000000000001',
    displayName: 'Zoë Müller',
    userPrincipalName: 'zoe.muller@adatum.example',
    mail: 'zoe@mail.adatum.example',
    mobilePhone: '+44 7700 900123',
    department: 'Sales',
    officeLocation: 'London 2',
    userType: 'Member',
    accountEnabled: true,
    state: 'synced',
    since: null,
    ...change,
  };
}

/** A customer as lists have it; ready and synced unless told. */
export function customerRow(
  change: { ready?: boolean; missingSince?: string | null; syncStatus?: SyncRowDoc['status'] | null } = {},
): CustomerRow {
  const { ready = true, missingSince = null, syncStatus = 'Success' } = change;
  const tenantId = tenant(1);
  const gdap = evaluateGdap(undefined, defaultSettings.roleProfile, { nowMs: 0, thresholdDays: 7 });
  const sync: SyncRowDoc | null = syncStatus && {
    ...{ id: `sync:${tenantId}`, type: 'sync', schemaVersion: 1, tenantId, status: syncStatus },
    ...{
      statusSince: '2026-03-01T00:00:00.000Z',
      explanation: null,
      firstSyncedAt: null,
      counts: null,
      unlicensed: [],
    },
  };
  return {
    ...rowOf({
      customer: {
        ...{ id: `customer:${tenantId}`, type: 'customer', schemaVersion: 1, tenantId, connectionId: tenantId },
        ...{ name: 'Adatum', domain: null, sources: [], firstSeenAt: '2026-01-01T00:00:00.000Z', missingSince },
      },
      gdap: undefined,
      consent: undefined,
      sync: undefined,
      readiness: { ready, gdap, consent: 'Granted', blockers: [] },
      nowMs: 0,
    }),
    sync,
  };
}
