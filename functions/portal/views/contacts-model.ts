// What the page of contacts is made from.
import type { ContactFilter } from '../../../shared/contacts/contact.ts';
import type { ListedPart } from '../../../shared/contacts/export.ts';
import type { CustomerGroups } from '../../../shared/contacts/groups.ts';
import type { ContactPage } from '../../../shared/contacts/search.ts';
import type { SyncStanding } from '../../../shared/contacts/user-sync.ts';
import type { Explanation } from '../../../shared/errors.ts';
import { filterText } from '../../http/contact-query.ts';
import type { Viewer } from '../parts/layout.tsx';

/** The one customer that is looked at: only with it groups can be chosen. */
export interface ChosenCustomer {
  tenantId: string;
  name: string;
  groups: CustomerGroups | null;
  /** Why its groups cannot be read. */
  explanation: Explanation | null;
}

export interface ContactsModel {
  viewer: Viewer;
  nowMs: number;
  notice: string | undefined;
  sync: SyncStanding;
  chosen: ChosenCustomer | null;
  parts: readonly ListedPart[];
  filter: ContactFilter;
  /** Where this page of the list begins; undefined at its start. */
  cursor: string | undefined;
  /** Null where a group could not be read. */
  page: ContactPage | null;
  problem: Explanation | null;
  /** Customers that have contacts, whatever the filter. */
  known: number;
}

/** An address of the page with some of the filter changed; without the place in the list. */
export function contactsAddress(filter: ContactFilter, change: ContactFilter & { cursor?: string } = {}): string {
  const text = filterText({ ...filter, ...change }).toString();
  return text === '' ? '/contacts' : `/contacts?${text}`;
}
