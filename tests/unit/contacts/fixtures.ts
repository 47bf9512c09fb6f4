// Contacts and places for the tests of their rules.
import type { Contact } from '../../../shared/contacts/contact.ts';
import type { ContactPlace } from '../../../shared/contacts/places.ts';

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
